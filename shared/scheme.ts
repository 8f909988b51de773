/**
 * How a provider signs, as data. One row is enough for any scheme that puts a MAC, a signature, a plain hash, a token or a JWT somewhere
 * in the request over a content that can be spelled with the tokens of `content`; new forms widen the row, they do not add an `if`.
 */
import { z } from 'zod'
import { usesPublicKey } from './scheme-key.ts'

export const Encoding = z.enum(['hex', 'base64', 'base64url', 'utf8'])
export type Encoding = z.infer<typeof Encoding>

export const Algorithm = z.enum([
  'hmac-sha1',
  'hmac-sha256',
  'hmac-sha384',
  'hmac-sha512',
  'hash-sha256',
  'token',
  'ed25519',
  'ecdsa-p256',
  'rsa-sha1',
  'rsa-sha256',
  'jwt',
])
export type Algorithm = z.infer<typeof Algorithm>

/** Names of RFC 7518 §3.1. `none` is not among them, and never accepted. */
export const JwtAlgorithm = z.enum(['HS256', 'HS384', 'HS512', 'RS256', 'ES256'])
export type JwtAlgorithm = z.infer<typeof JwtAlgorithm>

/** What providers put in front of a secret to say of which kind it is. Short and regular: what is cut off must not be part of the secret. */
const KEY_MARKER = /^(?:v\d,)?[A-Za-z][A-Za-z0-9]{0,7}_$/

/** Every list and every text of a row has an end: a row is read, and looked through, once for each request. */
const LISTED = 20
const Text = z.string().max(200)
const Name = Text.min(1)
const Aliases = z.array(Name).max(LISTED)

/** What a JWT must say of itself and of the request, besides being rightly signed. `exp` and `nbf` are always looked at. */
export const Claims = z.strictObject({
  iss: Text.optional().describe('The issuer it must name.'),
  aud: Name.optional().describe('The setting of `extra` that its audience must equal.'),
  bodySha256Hex: Name.optional().describe('The claim that holds the SHA-256 of the raw body in hex.'),
  urlSha256Hex: Name.optional().describe('The claim that holds the SHA-256 of the URL in hex.'),
  maxAge: z.number().optional().describe('Seconds since `iat` after which it is stale; then `iat` must be there.'),
  skew: z.number().optional().describe('Seconds by which clocks may differ.'),
  requireExp: z.boolean().optional(),
  required: z.array(Name).max(LISTED).optional().describe('Further claims that must be there, such as `jti`.'),
  bodyOptional: z.boolean().optional().describe('The claim over the body may be left out where there is no body.'),
})
export type Claims = z.infer<typeof Claims>

export const Scheme = z
  .strictObject({
    alg: Algorithm.describe(
      '`hash-sha256` is a plain digest over content that holds the secret; `token` compares the value itself; for `jwt` see `algs` and `claims`.',
    ),
    algs: z
      .array(JwtAlgorithm)
      .min(1)
      .max(LISTED)
      .optional()
      .describe('The algorithms a JWT may be signed with; no others count.'),
    claims: Claims.optional(),
    key: z.strictObject({
      enc: z
        .enum(['utf8', 'base64', 'hex', 'spki-base64', 'pem', 'jwk'])
        .describe(
          'How the secret is read, or for `ed25519`, `ecdsa-p256`, `rsa-…` and ES256 and RS256 the public key.',
        ),
      strip: z
        .array(
          z.string().regex(KEY_MARKER, 'A marker in front of secrets, such as whsec_: letters and digits, then _.'),
        )
        .max(4)
        .optional()
        .describe('Prefixes cut off the secret before it is decoded, e.g. `whsec_`.'),
      bare: z
        .enum(['utf8', 'base64', 'hex'])
        .optional()
        .describe('How a secret without any of these prefixes is read, where that differs from `enc`.'),
      normalize: z.literal('NFKD').optional(),
    }),
    sig: z.strictObject({
      in: z.enum(['header', 'query', 'bodyJson', 'body']).describe('`body`: the whole body is the signature.'),
      name: Text.default(''),
      aliases: Aliases.optional().describe('Other names the same signature may come under.'),
      list: Name.optional().describe('Separator between several elements of the value, e.g. `,` in `t=1,v1=aa`.'),
      kv: Name.optional().describe('Separator between a field and its value within an element.'),
      field: Name.optional().describe('The field that holds a signature, e.g. `v1`.'),
      prefix: Text.optional(),
      enc: Encoding.default('utf8'),
      hexCase: z
        .literal('lower')
        .optional()
        .describe('Capital hex digits are refused, because receivers compare the text and not the bytes.'),
      emitJoin: Text.optional().describe('Separator used when signing, where it differs from `list`.'),
    }),
    ts: z
      .strictObject({
        in: z.enum(['header', 'sigField', 'bodyJson']),
        name: Name,
        aliases: Aliases.optional(),
        unit: z.enum(['s', 'ms', 'iso']),
        past: z.number().nullable().describe('Seconds a timestamp may lie in the past; null: not limited.'),
        future: z.number().nullable(),
        required: z.boolean().optional(),
        policy: z
          .literal(true)
          .optional()
          .describe(
            'The provider sets neither unit nor limit, this row does: what is no time can still be rightly signed.',
          ),
      })
      .optional(),
    id: z
      .strictObject({ name: Name, aliases: Aliases.optional() })
      .optional()
      .describe('The header that `{id}` stands for.'),
    content: z
      .string()
      .max(1000)
      .default('')
      .describe(
        'What is signed: text with {body} {ts} {id} {url} {method} {secret} {json:path} {header:name} {query} {extra:name} {bodyBase64} {crc32}.',
      ),
    match: z
      .strictObject({ header: Name, extra: Name })
      .optional()
      .describe('A header that must equal a value of `extra`.'),
  })
  .superRefine((row, context) => {
    const found = [...contradictionsOf(row), ...excessesOf(row.content), ...brokenTextsOf(row)]
    for (const { path, message } of found) context.addIssue({ code: 'custom', path, message })
  })
  .meta({ id: 'Scheme' })
export type Scheme = z.infer<typeof Scheme>

/** A token of `content`: `{body}`, `{json:data.id}`, `{header:X-Id}`. Braces around anything but a word are plain text. */
export const CONTENT_TOKEN = /\{([a-z][A-Za-z0-9]*)(?::([^{}]*))?\}/g

const PLAIN_TOKENS = ['body', 'ts', 'id', 'url', 'method', 'secret', 'query', 'bodyBase64', 'crc32']
const NAMED_TOKENS = ['json', 'header', 'extra']

/** Stands alone as the `content` of a scheme of the table whose content is put together by the provider's own rules. */
export const CANONICAL = '{canonical}'

/** A row that somebody wrote: it has no code of its own beside it. */
export const CustomScheme = Scheme.refine((row) => row.content !== CANONICAL, {
  path: ['content'],
  message: `${CANONICAL} stands for rules of a provider of the table; spell out what is signed.`,
})

interface Issue {
  path: string[]
  message: string
}

/** What a row says that cannot be meant: it would check nothing, or never find what it needs. */
function contradictionsOf(row: {
  alg: Algorithm
  algs?: JwtAlgorithm[] | undefined
  claims?: object | undefined
  key: { enc: string }
  sig: { in: string; name: string; kv?: string | undefined; field?: string | undefined; enc: Encoding }
  ts?: { in: string; policy?: true | undefined } | undefined
  id?: object | undefined
  content: string
}): Issue[] {
  const found: Issue[] = []
  const say = (path: string[], message: string) => found.push({ path, message })
  for (const [token, name, argument] of row.content === CANONICAL ? [] : row.content.matchAll(CONTENT_TOKEN)) {
    const known = NAMED_TOKENS.includes(name ?? '')
      ? !!argument
      : argument === undefined && PLAIN_TOKENS.includes(name ?? '')
    if (!known) say(['content'], `There is no token ${token}.`)
    if (name === 'ts' && row.ts === undefined) say(['ts'], '`content` holds {ts}, so the row must say where it stands.')
    if (name === 'id' && row.id === undefined) say(['id'], '`content` holds {id}, so the row must say where it stands.')
  }
  if (row.ts?.policy === true && !row.content.includes('{ts}'))
    say(
      ['ts'],
      'With `policy`, `content` must hold {ts}: if the time is not signed, anybody could put a text there that has no age.',
    )
  if (row.sig.in !== 'body' && row.sig.name === '') say(['sig', 'name'], 'Say where the signature stands.')
  if (row.sig.in === 'body' && row.alg !== 'jwt')
    say(['sig', 'in'], 'Only a JWT can be the whole body: anything else would have to sign itself.')
  if (row.alg === 'jwt' && row.algs === undefined) say(['algs'], 'Say which algorithms a JWT may be signed with.')
  if (row.alg !== 'jwt' && (row.algs !== undefined || row.claims !== undefined))
    say(['alg'], '`algs` and `claims` belong to a JWT.')
  if (row.alg === 'jwt' && new Set(row.algs?.map((each) => each.startsWith('HS'))).size > 1)
    say(
      ['algs'],
      'A shared secret and a public key cannot be accepted side by side: whoever has one could forge the other.',
    )
  const publicKey = usesPublicKey(row)
  const isText = row.key.enc === 'utf8'
  const isKeyFile = row.key.enc === 'spki-base64' || row.key.enc === 'pem' || row.key.enc === 'jwk'
  if (publicKey ? isText : isKeyFile)
    say(
      ['key', 'enc'],
      publicKey ? 'A public key is hex, base64, spki-base64, pem or jwk.' : 'A secret is utf8, base64 or hex.',
    )
  if (row.alg === 'jwt') return found
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

/** Tokens of one content, and among them those that stand for (or read) the whole body, and those that may: a check must cost about a hash of the body. */
const CONTENT_TOKENS = 20
const BODY_TOKENS = 2
const JSON_TOKENS = 4

function excessesOf(content: string): Issue[] {
  const names = [...content.matchAll(CONTENT_TOKEN)].map(([, name = '']) => name)
  const count = (...wanted: string[]) => names.filter((name) => wanted.includes(name)).length
  const limits: [count: number, most: number, what: string][] = [
    [names.length, CONTENT_TOKENS, 'tokens'],
    [count('body', 'bodyBase64', 'crc32'), BODY_TOKENS, 'of {body}, {bodyBase64} and {crc32}'],
    [count('json'), JSON_TOKENS, '{json:…} tokens'],
  ]
  return limits.flatMap(([there, most, what]) =>
    there <= most ? [] : [{ path: ['content'], message: `At most ${most} ${what}; here are ${there}.` }],
  )
}

/** Half a surrogate pair has no bytes, so no request can hold it and nothing can be signed with it. */
function brokenTextsOf(value: unknown, path: string[] = []): Issue[] {
  if (typeof value === 'string')
    return value.isWellFormed() ? [] : [{ path, message: 'Holds half a character (a lone surrogate).' }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => brokenTextsOf(each, [...path, key]))
}

/** A value besides secrets and keys that a scheme needs, kept in `extra`. */
export const SchemeSetting = z.object({
  name: z.string(),
  label: z.string(),
  hint: z.string().optional().describe('Where the user finds it.'),
  required: z.boolean(),
})
export type SchemeSetting = z.infer<typeof SchemeSetting>

/** A scheme of the table: the row, its names, and where it was read. */
export const SchemeEntry = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string().describe("The provider's own description, or the SDK it was read from."),
    row: Scheme,
    signs: z.string().optional().describe('What is signed, in words, where `content` is {canonical}.'),
    note: z.string().optional().describe('What whoever relies on it should know, such as a body that is not covered.'),
    settings: z.array(SchemeSetting).optional(),
    keysFrom: z
      .string()
      .optional()
      .describe('Where the provider keeps the public keys, where they can be fetched (`fetchKeys`).'),
    eventType: z.string().optional().describe('The header that names the event.'),
    eventId: z.string().optional().describe('The header or JSON pointer that identifies the event.'),
    secretHint: z.string().optional().describe('Where the user finds the secret or the public key.'),
  })
  .meta({ id: 'SchemeEntry' })
export type SchemeEntry = z.infer<typeof SchemeEntry>
