/** Where two texts or two bodies part, prepared for being shown side by side. */
import type { BodyDifference } from '../../shared/diagnosis.ts'
import { fromBase64, looksLikeText } from './charset.ts'

/** Index of the first character in which two texts differ; -1 where they are equal. */
export function firstDifference(one: string, other: string): number {
  if (one === other) return -1
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return index
  return length
}

export interface DigestGroup {
  readonly same: string
  /** The first character that differs; empty where the value ends before it. Undefined in groups without it. */
  readonly mark: string | undefined
  readonly rest: string
}

/** What names a digest before it begins, as `v1=` or `sha256=`: it stands apart, so that the groups are those of the digest. */
const NAMED = /^[A-Za-z][\w-]{0,15}[=,](?=.{16})/

/** Characters of that name; 0 where there is none. */
export const nameLength = (value: string): number => NAMED.exec(value)?.[0].length ?? 0

/** A value in groups of eight, which an eye can hold and compare; what it shares with the other stands apart. @param at from `firstDifference` */
export function digestGroups(value: string, at: number): DigestGroup[] {
  const name = value.slice(0, nameLength(value))
  const texts = [name, ...(value.slice(name.length).match(/.{1,8}/gs) ?? [])].filter((text) => text !== '')
  let from = 0
  const groups = texts.map((text): DigestGroup => {
    const split = at < 0 ? text.length : Math.min(text.length, Math.max(0, at - from))
    const hasMark = at >= from && at < from + text.length
    from += text.length
    return {
      same: text.slice(0, split),
      mark: hasMark ? text.slice(split, split + 1) : undefined,
      rest: text.slice(hasMark ? split + 1 : split),
    }
  })
  // It ends where the other goes on.
  return at >= 0 && at >= value.length ? [...groups, { same: '', mark: '', rest: '' }] : groups
}

/**
 * Signatures that came side by side, as while a secret is rotated. Told from one value with a space in it by their length, which is that
 * of what was expected.
 */
export function receivedValues(received: string, expected: string | undefined): string[] {
  const values = received.split(' ')
  return values.every((value) => value.length === expected?.length) ? values : [received]
}

export interface Excerpt {
  /** What stands before it in the body, in bytes. */
  readonly skipped: number
  readonly before: string
  /** The first character that differs; empty where this body ends there. */
  readonly mark: string
  readonly after: string
  /** Bytes of the body that follow the excerpt. */
  readonly left: number
}

/** Both bodies from a little before the first byte that differs. Bytes that are not text are spelled in hex. */
export function excerpts(difference: BodyDifference): { captured: Excerpt; signed: Excerpt; inHex: boolean } {
  const { at, from, capturedSize, signedSize } = difference
  const captured = fromBase64(difference.capturedBase64)
  const signed = fromBase64(difference.signedBase64)
  const inHex = !(looksLikeText(captured) && looksLikeText(signed))
  const cut = Math.min(at - from, captured.length, signed.length)
  const one = inHex ? hexExcerpt : textExcerpt
  return {
    captured: { ...one(captured, cut), skipped: from, left: Math.max(0, capturedSize - from - captured.length) },
    signed: { ...one(signed, cut), skipped: from, left: Math.max(0, signedSize - from - signed.length) },
    inHex,
  }
}

type Parts = Pick<Excerpt, 'before' | 'mark' | 'after'>

function textExcerpt(bytes: Uint8Array, at: number): Parts {
  // Back to where the character begins, so that half of one is not shown as damage.
  let cut = at
  while (cut > 0 && isInside(bytes[cut])) cut -= 1
  let first = 0
  while (first < cut && isInside(bytes[first])) first += 1
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const after = decoder.decode(bytes.subarray(cut))
  const [mark = ''] = after // by code point, so that an emoji is not cut in two
  return { before: decoder.decode(bytes.subarray(first, cut)), mark, after: after.slice(mark.length) }
}

/** A byte of UTF-8 that continues a character. */
const isInside = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

function hexExcerpt(bytes: Uint8Array, at: number): Parts {
  const hex = (part: Uint8Array) => Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const before = hex(bytes.subarray(0, at))
  const after = hex(bytes.subarray(at + 1))
  return {
    before: before === '' ? '' : `${before} `,
    mark: hex(bytes.subarray(at, at + 1)),
    after: after === '' ? '' : ` ${after}`,
  }
}
