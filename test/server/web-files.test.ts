import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebFiles } from '../../server/web-files.ts'
import { loadWebFiles } from '../../server/web-files.ts'

const PAGE = `<!doctype html><title>Hookwell</title>${' '.repeat(2000)}`
const SCRIPT = 'export const a = 1\n'.repeat(200)

let root: string
let files: WebFiles
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hookwell-web-'))
  const dist = join(root, 'dist')
  mkdirSync(join(dist, 'assets'), { recursive: true })
  writeFileSync(join(dist, 'index.html'), PAGE)
  writeFileSync(join(dist, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(dist, 'assets', 'main-D3a_x-9Z.js'), SCRIPT)
  writeFileSync(join(dist, 'assets', 'main-D3a_x-9Z.css'), 'a{}')
  writeFileSync(join(dist, 'assets', 'logo.png'), Buffer.from([0x89, 0x50]))
  writeFileSync(join(root, 'secret.txt'), 'outside')
  symlinkSync(join(root, 'secret.txt'), join(dist, 'link.txt'))
  files = loadWebFiles(dist)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test.each([
  '/',
  '/e/my-shop',
  '/e/my-shop/c/0abc',
  '/e/a/diff/x...y',
  '/endpoints',
  '/settings',
  '/settings/shortcuts',
  '/rejections',
])('the screen %s loads the page, and is asked for anew each time', (path) => {
  const answer = files.respond(path)
  expect(answer?.status).toBe(200)
  expect(answer?.body.toString()).toBe(PAGE)
  expect(answer?.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer?.headers['cache-control']).toBe('no-cache')
})

test.each([
  '/assets/none.js',
  '/assets',
  '/assets/',
  '/eps',
  '/settingsx',
  '/secret.txt',
  '/link.txt',
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/..\\..\\secret.txt',
  '/%69ndex.html',
  '//index.html',
  '/index.html/',
  '/assets/main-D3a_x-9Z.js%00.png',
  '/__proto__',
  '/constructor',
  'index.html',
  '',
])('nothing is there at %j', (path) => {
  expect(files.respond(path)).toBeUndefined()
})

test('what has a hash in its name is kept for ever; what has none is asked for anew', () => {
  const script = files.respond('/assets/main-D3a_x-9Z.js')
  expect(script?.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(script?.headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(files.respond('/assets/main-D3a_x-9Z.css')?.headers['content-type']).toBe('text/css; charset=utf-8')
  expect(files.respond('/assets/logo.png')?.headers['cache-control']).toBe('no-cache')
  expect(files.respond('/favicon.svg')?.headers['content-type']).toBe('image/svg+xml')
})

test('the page may run nothing but our own scripts, and may be framed by nobody', () => {
  for (const path of ['/', '/assets/main-D3a_x-9Z.js', '/favicon.svg']) {
    const headers = files.respond(path)?.headers ?? {}
    const policy = headers['content-security-policy'] ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types hookwell',
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

describe('packed answers', () => {
  test.each([
    ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
    ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
  ] as const)('a browser that takes %s gets it, with its true length', (coding, unpack) => {
    const answer = files.respond('/assets/main-D3a_x-9Z.js', { acceptEncoding: `deflate, ${coding};q=0.5` })
    expect(answer?.headers['content-encoding']).toBe(coding)
    expect(answer?.headers['content-length']).toBe(String(answer?.body.length))
    expect(answer?.headers['vary']).toBe('Accept-Encoding')
    expect(answer?.body.length).toBeLessThan(SCRIPT.length / 2)
    expect(unpack(answer?.body ?? Buffer.alloc(0)).toString()).toBe(SCRIPT)
  })

  test('a coding that is refused by q=0 is not used', () => {
    expect(files.respond('/', { acceptEncoding: 'br;q=0, gzip;q=0.0' })?.headers['content-encoding']).toBeUndefined()
    expect(files.respond('/', { acceptEncoding: 'br; q=0, gzip' })?.headers['content-encoding']).toBe('gzip')
  })

  test('small files and pictures go as they are', () => {
    for (const path of ['/assets/logo.png', '/favicon.svg']) {
      expect(files.respond(path, { acceptEncoding: 'br, gzip' })?.headers['content-encoding']).toBeUndefined()
    }
  })
})

test('a copy that is still good is not sent again, and each coding has a tag of its own', () => {
  const plain = files.respond('/')?.headers['etag'] ?? ''
  const packed = files.respond('/', { acceptEncoding: 'br' })?.headers['etag'] ?? ''
  expect(packed).not.toBe(plain)
  for (const ifNoneMatch of [plain, `"x", W/${plain}`, '*']) {
    const answer = files.respond('/e/any', { ifNoneMatch })
    expect(answer?.status).toBe(304)
    expect(answer?.body.length).toBe(0)
    expect(answer?.headers['etag']).toBe(plain)
  }
  expect(files.respond('/', { ifNoneMatch: '"other"' })?.status).toBe(200)
  expect(files.respond('/', { ifNoneMatch: packed })?.status).toBe(200)
})

test('without a built page each screen says how to build it', () => {
  const none = loadWebFiles(join(root, 'nowhere'))
  expect(none.built).toBe(false)
  expect(files.built).toBe(true)
  for (const path of ['/', '/e/my-shop']) {
    const answer = none.respond(path)
    expect(answer?.status).toBe(503)
    expect(answer?.body.toString()).toContain('npm run build')
    expect(answer?.headers['content-type']).toBe('text/plain; charset=utf-8')
  }
  expect(none.respond('/assets/main.js')).toBeUndefined()
})
