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
      normalize: z.literal('NFKD').optional(),
    }),
    sig: z.strictObject({
      in: z.enum(['header', 'query', 'bodyJson']),
      name: z.string().min(1).max(200),
      aliases: z.array(z.string()).optional().describe('Other names the same signature may come under.'),
      list: z.string().optional().describe('Separator between several elements of the value, e.g. `,` in `t=1,v1=aa`.'),
      kv: z.string().optional().describe('Separator between a field and its value within an element.'),
      field: z.string().optional().describe('The field that holds a signature, e.g. `v1`.'),
      prefix: z.string().optional(),
      enc: Encoding,
      emitJoin: z.string().optional().describe('Separator used when signing, where it differs from `list`.'),
    }),
    ts: z
      .strictObject({
        in: z.enum(['header', 'sigField', 'bodyJson']),
        name: z.string().min(1).max(200),
        unit: z.enum(['s', 'ms', 'iso']),
        past: z.number().nullable().describe('Seconds a timestamp may lie in the past; null: not limited.'),
        future: z.number().nullable(),
        required: z.boolean().optional(),
      })
      .optional(),
    id: z
      .strictObject({ name: z.string().min(1).max(200) })
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
  .meta({ id: 'Scheme' })
export type Scheme = z.infer<typeof Scheme>

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
