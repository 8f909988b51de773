/** How verifying code for Node reads values out of a request: headers, query, JSON, encodings and times. */
import { jsText } from '../literals.ts'
import { acceptsUnread, limitsOf, lines, type Recipe } from '../recipe.ts'

export function signaturesIn({ row, form, stampForm }: Recipe): string {
  const { list } = row.sig
  const cut = (of: string, start: string): string => (start === '' ? of : `${of}.slice(${start.length})`)
  if (list === undefined && stampForm === undefined)
    return form === ''
      ? 'const signaturesIn = (value) => [value]'
      : `const signaturesIn = (value) => (value.startsWith(${jsText(form)}) ? [${cut('value', form)}] : [])`
  return lines(
    stampForm === undefined
      ? '/** All that fit the form count: while a secret is being replaced, there are two. */'
      : '/** All signatures count: while a secret is being replaced, there are two. */',
    'function signaturesIn(value) {',
    '  const signatures = []',
    stampForm !== undefined && '  let timestamp',
    `  for (const part of ${list === undefined ? '[value]' : `value.split(${jsText(list)})`}) {`,
    list === undefined ? '    const element = part' : '    const element = part.trim()',
    stampForm !== undefined &&
      `    if (element.startsWith(${jsText(stampForm)})) timestamp = ${cut('element', stampForm)}`,
    `    if (element.startsWith(${jsText(form)})) signatures.push(${cut('element', form)})`,
    '  }',
    stampForm === undefined ? '  return signatures' : '  return { timestamp, signatures }',
    '}',
  )
}

export function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  const nothing = row.alg === 'token' ? "''" : 'undefined'
  if (enc === 'utf8') return "const decode = (text) => Buffer.from(text, 'latin1')"
  const note = '/** Strict: Node itself skips what it cannot read. */'
  if (enc === 'hex')
    return lines(
      note,
      `const decode = (text) => (/^(?:[0-9a-f]{2})+$/${hexCase === 'lower' ? '' : 'i'}.test(text) ? Buffer.from(text, 'hex') : ${nothing})`,
    )
  return lines(
    note,
    'function decode(text) {',
    `  const bytes = Buffer.from(text, '${enc}')`,
    `  return bytes.toString('${enc}') === text ? bytes : ${nothing}`,
    '}',
  )
}

export function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const unread = String(acceptsUnread(ts))
  const limits = [past !== null && `age <= ${past}`, future !== null && `age >= -${future}`].filter(
    (each) => each !== false,
  )
  const age = {
    s: 'Math.floor(now / 1000) - Number(timestamp)',
    ms: 'now - Number(timestamp)',
    iso: "now - Date.parse(match[1] + (match[2] ?? '').slice(0, 4) + match[3])",
  }[ts.unit]
  return lines(
    limits.length === 0
      ? '/** Age is not limited here: whoever has an old request can send it again. Compare `age` with a limit of your own. */'
      : `/** In ${ts.unit === 's' ? 'seconds' : 'milliseconds'}. */`,
    'function isFresh(timestamp, now) {',
    ts.unit === 'iso'
      ? lines(
          '  const match = /^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$/.exec(timestamp)',
          `  if (match === null) return ${unread}`,
        )
      : `  if (!/^(0|[1-9]\\d{0,14})$/.test(timestamp)) return ${unread}`,
    `  const age = ${age}`,
    ts.unit === 'iso' && acceptsUnread(ts) && '  if (Number.isNaN(age)) return true',
    `  return ${limits.length === 0 ? '!Number.isNaN(age)' : limits.join(' && ')}`,
    '}',
  )
}

export const VALUES_OF = `/** All values of a header. */
function valuesOf(headers, name) {
  const pairs = headers instanceof Headers ? [...headers] : Object.entries(headers)
  return pairs.filter(([key]) => key.toLowerCase() === name).flatMap(([, value]) => value ?? [])
}`

export const SINGLE = `/** The value of a header that comes once: undefined where there is none, null where there are several. */
function single(headers, names) {
  const values = names.map((name) => valuesOf(headers, name)).find((each) => each.length > 0) ?? []
  return values.every((value) => value === values[0]) ? values[0] : null
}`

export const UNESCAPE = `const queryOf = (url) => url.split('#', 1)[0].split('?').slice(1).join('?')

/** Percent escapes are decoded, + stays +: in a signature it is a base64 digit. */
const unescape = (text) => text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))`

export const QUERY_VALUES = `function queryValues(url, name) {
  return queryOf(url).split('&').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return unescape(key) === name ? [unescape(value.join('='))] : []
  })
}`

export function signedQuery({ row, names }: Recipe): string {
  const own = row.sig.in === 'query' ? names[0] : undefined
  return lines(
    own === undefined
      ? '/** The query as it came. */'
      : '/** The query as it came, without the signature, which cannot cover itself. */',
    'function signedQuery(url) {',
    own === undefined
      ? '  return queryOf(url)'
      : `  return queryOf(url).split('&').filter((pair) => unescape(pair.split('=', 1)[0]) !== ${jsText(own)}).join('&')`,
    '}',
  )
}

export const JSON_AT = `/** A text, number or boolean inside the JSON body, one character a byte; undefined where there is none. */
function jsonAt(rawBody, path) {
  let value
  try {
    value = JSON.parse(rawBody.toString())
  } catch {
    return undefined
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  if (typeof value === 'string') return Buffer.from(value).toString('latin1')
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}`
