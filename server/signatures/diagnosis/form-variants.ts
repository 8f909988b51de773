/** A form read as JSON, JSON read as a form, and forms written anew: providers differ in which of the two they sign. */
import type { BodyVariant } from './body-variants.ts'

const FORM = 'application/x-www-form-urlencoded'

/** Fields of a form that are tried, of which a sender may send thousands. */
const FIELDS_TRIED = 16

export function* formVariants(text: string, contentType: string, json: unknown): Generator<BodyVariant> {
  const variant = (as: string, body: string, contentType?: string): BodyVariant => ({
    cause: 'body_form',
    as,
    body: Buffer.from(body, 'utf8'),
    contentType,
  })
  if (/form-urlencoded/i.test(contentType) || (json === undefined && /^[\w.[\]%-]+=[^\s{<]*$/.test(text))) {
    const pairs = [...new URLSearchParams(text)]
    const fields = pairs.slice(0, FIELDS_TRIED)
    for (const [name, value] of fields)
      if (/^\s*[[{"]/.test(value))
        yield variant(`the JSON in the form field ${JSON.stringify(name.slice(0, 40))}, not the form around it`, value)
    yield variant('the form written anew, with + for spaces', new URLSearchParams(pairs).toString())
    yield variant('the form written anew, with %20 for spaces', percent(pairs))
    yield variant('the form with its fields sorted', percent([...pairs].sort(byName)))
    yield variant('the form decoded', pairs.map(([name, value]) => `${name}=${value}`).join('&'))
    yield variant('the form’s fields as JSON', JSON.stringify(Object.fromEntries(pairs)))
    yield variant('the form’s names and values in a row, sorted', [...pairs].sort(byName).flat().join(''))
    return
  }
  if (json === undefined) return
  yield variant('the JSON as the form field "payload"', `payload=${encodeURIComponent(text)}`, FORM)
  yield variant(
    'the JSON as the form field "payload", with + for spaces',
    new URLSearchParams({ payload: text }).toString(),
    FORM,
  )
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return
  const flat = Object.entries(json).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' ? [] : [[name, String(value)]],
  )
  yield variant('the JSON’s values as a form', new URLSearchParams(flat).toString(), FORM)
}

function percent(pairs: readonly [string, string][]): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
