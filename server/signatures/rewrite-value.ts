/**
 * A signature value with another signature in it: `t=1,v1=aa,v0=bb` → `t=2,v1=cc`. What stands beside the signatures stays, but other
 * signatures go: they were made for another time or by another key, and can no longer be right.
 */
import type { Scheme } from '../../shared/scheme.ts'
import { writeElement } from './elements.ts'
import { decodeStrictly } from './encoding.ts'
import { wholeValue } from './sign.ts'

/** Bytes of a MAC by SHA-1, SHA-256, SHA-384 and SHA-512; the last is also the size of an Ed25519 signature. */
const DIGEST_SIZES = new Set([20, 32, 48, 64])
/** From here on ECDSA in DER and RSA. */
const SIGNATURE_BYTES = 68

/** @param old the value as it came, undefined where there was none */
export function rewrittenValue(
  row: Scheme,
  old: string | undefined,
  signature: string,
  ts: string | undefined,
): string {
  const { list, kv, field, prefix = '' } = row.sig
  if (old === undefined || list === undefined) return wholeValue(row, signature, ts)
  let isSigned = false
  let isStamped = row.ts?.in !== 'sigField' || ts === undefined
  const kept: { lead: string; text: string }[] = []
  for (const part of old.split(list)) {
    const text = part.replace(/^[ \t]+|[ \t]+$/g, '')
    if (text === '') continue
    const lead = part.slice(0, part.indexOf(text))
    const [name, value] = nameAndValue(text, kv)
    if (row.ts?.in === 'sigField' && name === row.ts.name) {
      if (!isStamped) kept.push({ lead, text: `${name}${kv}${ts}` })
      isStamped = true
    } else if (field === undefined ? text.startsWith(prefix) : name === field) {
      if (!isSigned) kept.push({ lead, text: writeElement(signature, row) })
      isSigned = true
    } else if (!isSignature(name, value)) kept.push({ lead, text })
  }
  if (!isSigned || !isStamped) return wholeValue(row, signature, ts)
  return kept.map(({ lead, text }, i) => (i === 0 ? text : list + lead + text)).join('')
}

/** The name of an element, where it has one, and its value. */
export function nameAndValue(text: string, kv: string | undefined): [name: string | undefined, value: string] {
  const cut = kv === undefined ? -1 : text.indexOf(kv)
  return cut < 0 || kv === undefined ? [undefined, text] : [text.slice(0, cut), text.slice(cut + kv.length)]
}

/** By its name, `v0` or `v1a`, or by being as long as one. */
export function isSignature(name: string | undefined, value: string): boolean {
  if (name !== undefined && /^[vh]\d+[a-z]?$/.test(name)) return true
  return (['hex', 'base64', 'base64url'] as const).some((encoding) => {
    const size = decodeStrictly(value, encoding)?.length ?? 0
    return DIGEST_SIZES.has(size) || size >= SIGNATURE_BYTES
  })
}
