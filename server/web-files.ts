/**
 * Serves the built page from memory. The files are read once, into a table by URL path, so that no part of a URL ever names a file: what
 * is not in the table does not exist, however it is spelled.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface WebAnswer {
  readonly status: 200 | 304 | 503
  readonly headers: Readonly<Record<string, string>>
  /** Without a body for 304. For HEAD leave it out; the headers stay. */
  readonly body: Buffer
}

export interface WebFiles {
  /** False where the page was not built; its screens then say how. */
  readonly built: boolean
  /** Answers a GET or HEAD of a raw path (without its query), or nothing where neither a file nor a screen has it. */
  respond(
    path: string,
    asked?: { acceptEncoding?: string | undefined; ifNoneMatch?: string | undefined },
  ): WebAnswer | undefined
}

/** First path segments that open a screen of the page: its router knows the rest. */
const SCREENS = /^\/(?:|(?:e|endpoints|settings|rejections)(?:\/.*)?)$/

/** @param dir holds `index.html` and what it loads; it may be missing */
export function loadWebFiles(dir: string): WebFiles {
  const files = new Map(readAll(dir).map((file) => [file.path, file]))
  const page = files.get('/index.html')
  return {
    built: page !== undefined,
    respond(path, asked = {}) {
      const file = SCREENS.test(path) ? page : files.get(path)
      if (file !== undefined) return answer(file, asked.acceptEncoding ?? '', asked.ifNoneMatch ?? '')
      return SCREENS.test(path) ? NOT_BUILT : undefined
    },
  }
}

/**
 * What the page may do: run our own scripts and talk to us. Captured bytes are hostile, so markup made of strings is refused (Trusted
 * Types), as are frames around the page, forms, and anything from elsewhere.
 */
const SECURITY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "frame-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types hookwell',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const NOT_BUILT: WebAnswer = {
  status: 503,
  headers: { ...SECURITY, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: Buffer.from(
    'Hookwell runs and takes captures, but its page has not been built yet.\n\nRun `npm run build`, then start Hookwell again.\n',
  ),
}

interface WebFile {
  readonly path: string
  readonly type: string
  readonly bytes: Buffer
  readonly etag: string
  /** The name holds a hash of the content, so a copy of it never gets old. */
  readonly hashed: boolean
  readonly packed: Map<Coding, Buffer>
}

type Coding = 'br' | 'gzip'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Formats that are packed already gain nothing. */
const PACKABLE = /^(text\/|application\/(json|wasm|manifest)|image\/svg)/

/** Bytes below which packing costs more than it saves: the answer fits in one packet anyway. */
const PACK_FROM = 1024

function readAll(dir: string): WebFile[] {
  return namesIn(dir).map((name) => {
    const bytes = readFileSync(name)
    const path = `/${relative(dir, name).split(sep).join('/')}`
    return {
      path,
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      bytes,
      etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
      hashed: /^\/assets\/.*-[\w-]{8}\.\w+$/.test(path),
      packed: new Map(),
    }
  })
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function answer(file: WebFile, acceptEncoding: string, ifNoneMatch: string): WebAnswer {
  const packable = PACKABLE.test(file.type) && file.bytes.length >= PACK_FROM
  const coding = packable ? codingOf(acceptEncoding) : undefined
  // Each coding is a representation of its own and needs a tag of its own (RFC 9110 §8.8.3.3).
  const etag = `"${file.etag}${coding === undefined ? '' : `-${coding}`}"`
  const headers = {
    ...SECURITY,
    'cache-control': file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    ...(packable ? { vary: 'Accept-Encoding' } : {}),
  }
  if (matches(ifNoneMatch, etag)) return { status: 304, headers, body: Buffer.alloc(0) }
  const body = coding === undefined ? file.bytes : pack(file, coding)
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': file.type,
      'content-length': String(body.length),
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    },
    body,
  }
}

/** Packed when first asked for and kept: packing all of it would hold up every start. Quality 5 takes a few milliseconds once. */
function pack(file: WebFile, coding: Coding): Buffer {
  let packed = file.packed.get(coding)
  if (packed === undefined) {
    packed =
      coding === 'br'
        ? brotliCompressSync(file.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
        : gzipSync(file.bytes, { level: 6 })
    file.packed.set(coding, packed)
  }
  return packed
}

/** The better coding that the header names without `q=0` (RFC 9110 §12.5.3). */
function codingOf(acceptEncoding: string): Coding | undefined {
  const named = acceptEncoding.split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name]
  })
  return (['br', 'gzip'] as const).find((coding) => named.includes(coding))
}

function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
