/** What a check may look at, and how it reads it: header pairs in any case, the raw query, values inside a JSON body. */

export interface SignedRequest {
  readonly method: string
  /** The public URL that the sender signed; schemes that do not sign the URL never look at it. */
  readonly url: string
  /** The raw request target, of which the query is read. */
  readonly target: string
  /** Names and values in turn, as Node's `rawHeaders`; a value holds one character U+0000–U+00FF per byte. */
  readonly headers: readonly string[]
  readonly body: Buffer
  /** The parsed body, or undefined where it is not JSON (or too large or deep to be parsed). Never throws. */
  readonly json: () => unknown
}

/**
 * All values of a header in the order they came.
 * @param lowerName the name in lower case. Pairs are compared in place: an object keyed by names a sender chose is never built.
 */
export function headerValuesOf(headers: readonly string[], lowerName: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string // in bounds by the loop's condition
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) values.push(headers[i + 1] as string)
  }
  return values
}

/** The query of a raw target as it was sent, without `?`, and without the parameters called `omitted`. */
export function queryOf(target: string, omitted?: string): string {
  const query = rawQuery(target)
  if (omitted === undefined) return query
  const bytes = toBinary(omitted)
  return query
    .split('&')
    .filter((pair) => unescapePercent(nameOf(pair)) !== bytes)
    .join('&')
}

/**
 * All values of a query parameter, percent-decoded to bytes (one character a byte). `+` stays `+` (RFC 3986): in a signature it is
 * a base64 digit. A value with a broken escape is kept as it came, so that it is seen and refused instead of vanishing.
 */
export function queryValuesOf(target: string, name: string): string[] {
  const values: string[] = []
  const wanted = toBinary(name)
  for (const pair of rawQuery(target).split('&')) {
    const rawName = nameOf(pair)
    if (unescapePercent(rawName) !== wanted) continue
    const raw = pair.slice(rawName.length + 1)
    values.push(unescapePercent(raw) ?? raw)
  }
  return values
}

/** The value at a path of keys and array positions; undefined where there is none. Looks at own properties only. */
export function jsonAt(json: unknown, path: readonly string[]): unknown {
  let value = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key] // an object that has this key of its own, as just checked
  }
  return value
}

/** A JSON value as the text it has in a signed content, one character a byte; undefined for what has no single text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return toBinary(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Text as its UTF-8 bytes, one character a byte: the form in which all pieces of a content are joined. */
export function toBinary(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function rawQuery(target: string): string {
  const from = target.indexOf('?')
  if (from < 0) return ''
  const to = target.indexOf('#', from)
  return to < 0 ? target.slice(from + 1) : target.slice(from + 1, to)
}

/** The raw name of a `name=value` pair of a query. */
export function nameOf(pair: string): string {
  const cut = pair.indexOf('=')
  return cut < 0 ? pair : pair.slice(0, cut)
}

/** Percent-decoded to bytes, one character a byte; undefined where an escape is broken. */
export function unescapePercent(text: string): string | undefined {
  if (!text.includes('%')) return text
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
