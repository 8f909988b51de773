/**
 * How a provider signs, as data. One row is enough for any scheme that puts a MAC, a plain hash or a token somewhere in the request
 * over a content that can be spelled with the tokens of `content`; new forms widen the row, they do not add an `if`.
 */
import { z } from 'zod'

export const Encoding = z.enum(['hex', 'base64', 'base64url', 'utf8'])
export type Encoding = z.infer<typeof Encoding>

export const Scheme = z
  .strictObject({
    /** `hash-sha256` is a plain digest over content that holds the secret; `token` compares the value itself. */
    alg: z.enum(['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hash-sha256', 'token']),
    key: z.strictObject({
      enc: z.enum(['utf8', 'base64', 'hex']),
      strip: z
        .array(z.string())
        .optional()
        .describe('Prefixes cut off the secret before it is decoded, e.g. `whsec_`.'),
      bare: z
        .enum(['utf8', 'base64', 'hex'])
        .optional()
        .describe('How a secret without any of these prefixes is read, where that differs from `enc`.'),
      normalize: z.literal('NFKD').optional(),
    }),
    sig: z.strictObject({
      in: z.enum(['header', 'query', 'bodyJson']),
      name: z.string().min(1).max(200),
      aliases: z.array(z.string()).optional().describe('Other names the same signature may come under.'),
      list: z
        .string()
        .min(1)
        .optional()
        .describe('Separator between several elements of the value, e.g. `,` in `t=1,v1=aa`.'),
      kv: z.string().min(1).optional().describe('Separator between a field and its value within an element.'),
      field: z.string().min(1).optional().describe('The field that holds a signature, e.g. `v1`.'),
      prefix: z.string().optional(),
      enc: Encoding,
      hexCase: z
        .literal('lower')
        .optional()
        .describe('Capital hex digits are refused, because receivers compare the text and not the bytes.'),
      emitJoin: z.string().optional().describe('Separator used when signing, where it differs from `list`.'),
    }),
    ts: z
      .strictObject({
        in: z.enum(['header', 'sigField', 'bodyJson']),
        name: z.string().min(1).max(200),
        aliases: z.array(z.string()).optional(),
        unit: z.enum(['s', 'ms', 'iso']),
        past: z.number().nullable().describe('Seconds a timestamp may lie in the past; null: not limited.'),
        future: z.number().nullable(),
        required: z.boolean().optional(),
      })
      .optional(),
    id: z
      .strictObject({ name: z.string().min(1).max(200), aliases: z.array(z.string()).optional() })
      .optional()
      .describe('The header that `{id}` stands for.'),
    content: z
      .string()
      .max(1000)
      .describe(
        'What is signed: text with {body} {ts} {id} {url} {method} {secret} {json:path} {header:name} {query}.',
      ),
    match: z
      .strictObject({ header: z.string(), extra: z.string() })
      .optional()
      .describe('A header that must equal a value of `extra`.'),
  })
  .superRefine((row, context) => {
    for (const { path, message } of contradictionsOf(row)) context.addIssue({ code: 'custom', path, message })
  })
  .meta({ id: 'Scheme' })
export type Scheme = z.infer<typeof Scheme>

/** A token of `content`: `{body}`, `{json:data.id}`, `{header:X-Id}`. Braces around anything but a word are plain text. */
export const CONTENT_TOKEN = /\{([a-z]+)(?::([^{}]*))?\}/g

const PLAIN_TOKENS = ['body', 'ts', 'id', 'url', 'method', 'secret', 'query']

/** What a row says that cannot be meant: it would check nothing, or never find what it needs. */
function contradictionsOf(row: {
  alg: string
  sig: { kv?: string | undefined; field?: string | undefined; enc: Encoding }
  ts?: { in: string } | undefined
  id?: object | undefined
  content: string
}): { path: string[]; message: string }[] {
  const found: { path: string[]; message: string }[] = []
  const say = (path: string[], message: string) => found.push({ path, message })
  for (const [token, name, argument] of row.content.matchAll(CONTENT_TOKEN)) {
    const known =
      name === 'json' || name === 'header' ? !!argument : argument === undefined && PLAIN_TOKENS.includes(name ?? '')
    if (!known) say(['content'], `There is no token ${token}.`)
    if (name === 'ts' && row.ts === undefined) say(['ts'], '`content` holds {ts}, so the row must say where it stands.')
    if (name === 'id' && row.id === undefined) say(['id'], '`content` holds {id}, so the row must say where it stands.')
  }
  if (row.alg !== 'token' && row.content === '') say(['content'], 'Say what is signed, such as {body}.')
  if (row.alg === 'hash-sha256' && !row.content.includes('{secret}'))
    say(['content'], 'A plain hash proves nothing unless {secret} is part of what is hashed.')
  if (row.alg !== 'token' && row.sig.enc === 'utf8') say(['sig', 'enc'], 'Only a token is plain text.')
  if (row.sig.field !== undefined && row.sig.kv === undefined)
    say(['sig', 'kv'], 'A field needs the separator between its name and its value.')
  if (row.ts?.in === 'sigField' && row.sig.kv === undefined)
    say(['sig', 'kv'], 'A timestamp among the fields needs the separator between name and value.')
  return found
}

/** A scheme of the table: the row, its names, and where it was read. */
export const SchemeEntry = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string().describe("The provider's own description, or the SDK it was read from."),
    row: Scheme,
    eventType: z.string().optional().describe('The header that names the event.'),
    eventId: z.string().optional().describe('The header or JSON pointer that identifies the event.'),
    secretHint: z.string().optional().describe('Where the user finds the secret.'),
  })
  .meta({ id: 'SchemeEntry' })
export type SchemeEntry = z.infer<typeof SchemeEntry>
