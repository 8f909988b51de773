/**
 * The bodies that could have been signed instead of the one that arrived, likeliest first: whatever parses, decodes or tidies a body on
 * its way leaves one of these behind.
 */
import { hash } from 'node:crypto'
import { DIAGNOSED_BODY_BYTES } from '../../../shared/limits.ts'
import { headerValuesOf, type SignedRequest } from '../request.ts'
import { charsetVariants } from './charset-variants.ts'
import { compressedVariants } from './compressed-variants.ts'
import { formVariants } from './form-variants.ts'
import { JSON_STYLES } from './json-styles.ts'
import { type JsonText, readJsonText, writeJsonText } from './json-text.ts'

export interface BodyVariant {
  readonly cause:
    | 'body_line_ends'
    | 'body_reserialised'
    | 'body_escaped'
    | 'body_form'
    | 'body_double_encoded'
    | 'body_compressed'
    | 'body_charset'
    | 'body_part'
    | 'body_empty'
  /** What was signed, as the end of "The signature fits …". */
  readonly as: string
  readonly body: Buffer
  /** The content type that goes with it, where the one that arrived says something else. */
  readonly contentType?: string | undefined
}

/** Each once: the likeliest reason for the same bytes comes first. Those of a body over `DIAGNOSED_BODY_BYTES` are the cheap ones only. */
export function* bodyVariants(request: SignedRequest): Generator<BodyVariant> {
  const { body } = request
  const seen = new Set<string>([fingerprint(body)])
  const all = body.length > DIAGNOSED_BODY_BYTES ? [cheap(body)] : [cheap(body), ...thorough(request)]
  for (const variants of all)
    for (const variant of variants) {
      const print = fingerprint(variant.body)
      if (seen.has(print)) continue
      seen.add(print)
      yield variant
    }
}

function* thorough(request: SignedRequest): Generator<Iterable<BodyVariant>> {
  const { body } = request
  const text = body.toString('utf8')
  const json = request.json() === undefined ? undefined : readJsonText(text.replace(/^\ufeff/, ''))
  const contentType = headerValuesOf(request.headers, 'content-type')[0] ?? ''
  if (json !== undefined) yield rewritten(json)
  yield formVariants(text, contentType, request.json())
  if (json !== undefined) yield doubleEncoded(text, request.json())
  yield compressedVariants(body)
  yield charsetVariants(body, text)
  if (json !== undefined) yield parts(json, text)
  yield xml(text)
  if (body.length > 0) yield [{ cause: 'body_empty', as: 'an empty body', body: Buffer.alloc(0) }]
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** What costs a copy at most. Worked on as one character a byte, so that nothing is decoded. */
function* cheap(body: Buffer): Generator<BodyVariant> {
  const text = body.toString('latin1')
  const variant = (as: string, changed: string): BodyVariant => ({
    cause: 'body_line_ends',
    as,
    body: Buffer.from(changed, 'latin1'),
  })
  if (/\r?\n$/.test(text)) yield variant('the body without the line break at its end', text.replace(/\r?\n$/, ''))
  yield variant('the body with a line break at its end', `${text}\n`)
  yield variant('the body with a Windows line break at its end', `${text}\r\n`)
  yield variant('the body without the spaces and line breaks around it', trimmed(text))
  if (text.includes('\r\n'))
    yield variant('the body with Unix line breaks instead of those of Windows', text.replaceAll('\r\n', '\n'))
  if (/(^|[^\r])\n/.test(text))
    yield variant('the body with Windows line breaks instead of those of Unix', text.replace(/\r?\n/g, '\r\n'))
  if (body.subarray(0, 3).equals(BOM))
    yield {
      cause: 'body_line_ends',
      as: 'the body without the invisible mark (BOM) at its beginning',
      body: body.subarray(3),
    }
  else
    yield {
      cause: 'body_line_ends',
      as: 'the body with an invisible mark (BOM) at its beginning',
      body: Buffer.concat([BOM, body]),
    }
}

/** A loop, since a pattern would need quadratic time for a body of spaces. */
function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && ' \t\r\n'.includes(text[from] ?? '')) from++
  while (to > from && ' \t\r\n'.includes(text[to - 1] ?? '')) to--
  return text.slice(from, to)
}

function* rewritten(json: JsonText): Generator<BodyVariant> {
  for (const style of JSON_STYLES)
    yield {
      cause: style.escapes === true ? 'body_escaped' : 'body_reserialised',
      as: `the JSON written anew ${style.as}`,
      body: Buffer.from(writeJsonText(json, style) + (style.newline === true ? '\n' : ''), 'utf8'),
    }
}

function* doubleEncoded(text: string, json: unknown): Generator<BodyVariant> {
  const cause = 'body_double_encoded'
  yield { cause, as: 'the body put into quotes, as JSON inside JSON', body: Buffer.from(JSON.stringify(text)) }
  yield {
    cause,
    as: 'the tidied body put into quotes, as JSON inside JSON',
    body: Buffer.from(JSON.stringify(JSON.stringify(json))),
  }
  if (typeof json !== 'string') return
  yield { cause, as: 'the text inside the quotes, without them', body: Buffer.from(json) }
}

/** Members of the outermost object that people take for the whole, first; then any other. */
const USUAL_PARTS = ['data', 'payload', 'event', 'body', 'message', 'object', 'resource', 'content']

/** Members tried of an object that may have thousands. */
const PARTS_TRIED = 24

function* parts(json: JsonText, text: string): Generator<BodyVariant> {
  if (json.kind !== 'object') return
  const offset = text.startsWith('\ufeff') ? 1 : 0
  const rank = (name: string): number => (USUAL_PARTS.indexOf(name) + USUAL_PARTS.length + 1) % (USUAL_PARTS.length + 1)
  const members = [...json.members].sort((a, b) => rank(a.name) - rank(b.name)).slice(0, PARTS_TRIED)
  const compact = JSON_STYLES[0]
  for (const { name, value } of members) {
    if (value.to - value.from < 2) continue
    const as = `only the part ${shortly(name)} of the body`
    yield { cause: 'body_part', as, body: Buffer.from(text.slice(value.from + offset, value.to + offset)) }
    if (value.kind === 'scalar' && value.raw.startsWith('"'))
      yield { cause: 'body_part', as: `${as}, without its quotes`, body: Buffer.from(String(JSON.parse(value.raw))) }
    else if (compact !== undefined && value.kind !== 'scalar')
      yield { cause: 'body_part', as: `${as}, written anew`, body: Buffer.from(writeJsonText(value, compact)) }
  }
}

function* xml(text: string): Generator<BodyVariant> {
  if (!/^\s*</.test(text)) return
  const cause = 'body_reserialised'
  yield {
    cause,
    as: 'the XML without white space between its tags',
    body: Buffer.from(text.trim().replace(/>\s+</g, '><')),
  }
  yield { cause, as: 'the XML without its first line', body: Buffer.from(text.replace(/^\s*<\?xml[^>]*\?>\s*/, '')) }
}

/** A name of the sender's, short enough for a sentence. */
function shortly(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
}

/** To tell variants of one body apart without keeping them all. */
function fingerprint(body: Buffer): string {
  return hash('sha1', body, 'base64')
}
