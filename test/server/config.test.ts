import { describe, expect, test } from 'vitest'
import { type RawOptions, readConfig } from '../../server/config.ts'

const read = (options: RawOptions = {}, environment = {}) => readConfig(options, { HOME: '/home/me', ...environment })

test('without options everything stays on this machine, durable and limited', () => {
  expect(read()).toMatchObject({
    host: '127.0.0.1',
    port: 4665,
    uiHost: '127.0.0.1',
    uiPort: 4666,
    publicUrl: undefined,
    token: undefined,
    allowedHosts: [],
    trustProxy: false,
    allowTargets: [],
    durability: 'full',
    maxBodyBytes: 25 * 1024 ** 2,
    keep: { captures: 10_000, forMs: 30 * 86_400_000, bytes: 2 * 1024 ** 3 },
    open: false,
    json: false,
  })
})

test('data lie in the XDG directory where one is set', () => {
  expect(read({}, { XDG_DATA_HOME: '/data' }).data).toBe('/data/hookwell')
  expect(read().data).toMatch(/\/\.local\/share\/hookwell$/)
  expect(read({ data: '/elsewhere' }, { XDG_DATA_HOME: '/data' }).data).toBe('/elsewhere')
})

test('an address may stand in brackets, and a public URL may end in slashes', () => {
  expect(read({ host: '[::1]', publicUrl: 'https://hooks.example.com/in//' })).toMatchObject({
    host: '::1',
    publicUrl: 'https://hooks.example.com/in',
  })
})

describe('an inspector that others can reach', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', '::ffff:127.0.0.1', '128.0.0.1'])('needs a token on %s', (uiHost) => {
    expect(() => read({ uiHost })).toThrow(/--ui-host .* --token/)
    expect(read({ uiHost, token: 'long-enough' })).toMatchObject({ uiHost, token: 'long-enough' })
  })

  test.each(['127.0.0.1', '127.0.1.1', '::1', 'localhost'])('needs none on %s', (uiHost) => {
    expect(read({ uiHost }).uiHost).toBe(uiHost)
  })
})

test.each([
  ['--host', { host: 'example.com' }],
  ['--host', { host: '127.1' }],
  ['--port', { port: '65536' }],
  ['--port', { port: '80x' }],
  ['--port', { port: '' }],
  ['--ui-port', { uiPort: '-1' }],
  ['--token', { token: 'short' }],
  ['--token', { token: 'with a space in it' }],
  ['--token', { token: '' }],
  ['--public-url', { publicUrl: 'hooks.example.com' }],
  ['--public-url', { publicUrl: 'ftp://hooks.example.com' }],
  ['--public-url', { publicUrl: 'https://hooks.example.com/?x' }],
  ['--durability', { durability: 'none' }],
  ['--max-body', { maxBody: '25 megabytes' }],
  ['--max-body', { maxBody: '0' }],
  ['--max-body', { maxBody: '2gb' }],
  ['--keep-captures', { keepCaptures: '0' }],
  ['--keep-captures', { keepCaptures: '1e3' }],
  ['--keep-for', { keepFor: '30' }],
  ['--max-size', { maxSize: 'all' }],
])('a value that %s cannot take is refused in a sentence that names it', (option, options) => {
  expect(() => read(options)).toThrow(
    expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(option) }),
  )
})

test('a target that cannot be allowed is named, with what can be', () => {
  expect(() => read({ allowTarget: ['http://'] })).toThrow(
    expect.objectContaining({
      code: 'invalid_input',
      message: expect.stringMatching(/^--allow-target: .*"http:\/\/"/),
      hint: expect.stringContaining('10.0.0.0/8'),
    }),
  )
})
