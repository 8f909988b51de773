/**
 * A body before it was compressed, or after: some senders sign the one, some the other, and some receivers unpack before anybody looks.
 */
import {
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'
import type { BodyVariant } from './body-variants.ts'

/** Bytes a body may unpack to. A few kilobytes can hold gigabytes of zeros. */
const UNPACKED_BYTES = 4 * 1024 * 1024

const options = { maxOutputLength: UNPACKED_BYTES }

const UNPACKERS: readonly [name: string, unpack: (body: Buffer) => Buffer, fits: (body: Buffer) => boolean][] = [
  ['gzip', (body) => gunzipSync(body, options), (body) => body[0] === 0x1f && body[1] === 0x8b],
  ['deflate', (body) => inflateSync(body, options), (body) => (body[0] ?? 0) % 16 === 8],
  ['deflate', (body) => inflateRawSync(body, options), isBinary],
  ['brotli', (body) => brotliDecompressSync(body, options), isBinary],
  ['zstd', (body) => zstdDecompressSync(body, options), (body) => body.readUInt32LE(0) === 0xfd2fb528],
]

export function* compressedVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'body_compressed'
  if (body.length === 0) return
  for (const [name, unpack, fits] of UNPACKERS) {
    if (body.length < 4 || !fits(body)) continue
    const unpacked = orUndefined(() => unpack(body))
    if (unpacked === undefined || unpacked.length === 0) continue
    yield { cause, as: `the unpacked body (${name})`, body: unpacked }
    return
  }
  // The usual settings only: every compressor writes its own bytes, so these are tries and no proof that it was not compressed.
  yield { cause, as: 'the body compressed with gzip', body: gzipSync(body) }
  yield { cause, as: 'the body compressed with gzip as tightly as can be', body: gzipSync(body, { level: 9 }) }
  yield { cause, as: 'the body compressed with deflate', body: deflateSync(body) }
}

/** Text is never taken for compressed bytes, which saves trying. */
function isBinary(body: Buffer): boolean {
  return body.subarray(0, 64).some((byte) => byte < 0x09 || byte > 0x7e)
}

function orUndefined(unpack: () => Buffer): Buffer | undefined {
  try {
    return unpack()
  } catch {
    return undefined // not of this format, or larger than allowed
  }
}
