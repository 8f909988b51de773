/** The signatures inside a value such as `t=1700000000,v1=ab,v1=cd`: which of its elements count, and what stands beside them. */
import type { Scheme } from '../../shared/scheme.ts'

export interface Elements {
  /** The field that holds the timestamp, where the row says it stands among the fields. */
  readonly ts: string | undefined
  /** Signatures without field name and prefix, still encoded. */
  readonly signatures: readonly string[]
  /** The same as they came, for people. */
  readonly shown: readonly string[]
}

/** Several elements are the rule, not the exception: while a secret is being replaced a provider signs with both. */
export function readElements(value: string, row: Scheme): Elements {
  const { list, kv, field, prefix = '' } = row.sig
  let ts: string | undefined
  const signatures: string[] = []
  const shown: string[] = []
  for (const part of list === undefined ? [value] : value.split(list)) {
    const element = list === undefined ? part : trimSpaces(part)
    if (element === '') continue
    const cut = kv === undefined ? -1 : element.indexOf(kv)
    const name = cut < 0 ? undefined : element.slice(0, cut)
    const text = cut < 0 ? element : element.slice(cut + (kv ?? '').length)
    // Of a field that comes twice the last counts, as in Stripe's own library.
    if (row.ts?.in === 'sigField' && name === row.ts.name) ts = text
    if (field !== undefined && name !== field) continue
    const signature = field === undefined ? element : text
    if (!signature.startsWith(prefix)) continue
    signatures.push(signature.slice(prefix.length))
    shown.push(element)
  }
  return { ts, signatures, shown }
}

/** One signature as an element of the value: the reverse of reading it. */
export function writeElement(signature: string, row: Scheme): string {
  const { kv = '', field, prefix = '' } = row.sig
  return field === undefined ? prefix + signature : field + kv + prefix + signature
}

/** Spaces and tabs only (RFC 9110 §5.6.3): `trim` would also take bytes above 0x7F for space. A loop, since a pattern would need quadratic time. */
function trimSpaces(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
