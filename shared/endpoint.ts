/** A capture URL and its settings. */
import { z } from 'zod'
import { sizeBytes, spanMs } from './amounts.ts'
import { HeaderInput } from './headers.ts'
import { ANSWER_BODY_BYTES, NAME_CHARACTERS } from './limits.ts'
import { CustomScheme } from './scheme.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ALIAS = /^[a-z0-9][a-z0-9_-]{2,62}$/

export const isUuid = (text: string): boolean => UUID.test(text)

/** An alias is never shaped like a UUID, so that one path segment has one meaning. */
export const isAlias = (text: string): boolean => ALIAS.test(text) && !UUID.test(text)

/** What the sender hears: status, headers (order, case and repeats kept) and a body as text or as base64. */
export const Answer = z
  .strictObject({
    status: z.number().int().min(200).max(599).optional(),
    headers: HeaderInput.optional(),
    body: z.string().max(ANSWER_BODY_BYTES).optional(),
    bodyBase64: z
      .base64()
      .max(Math.ceil(ANSWER_BODY_BYTES / 3) * 4)
      .optional(),
  })
  .refine((answer) => answer.body === undefined || answer.bodyBase64 === undefined, {
    message: 'Give the body as `body` or as `bodyBase64`, not both.',
  })
  .meta({ id: 'Answer' })
export type Answer = z.infer<typeof Answer>

export const AnswerRules = z.strictObject({ default: Answer }).meta({ id: 'AnswerRules' })
export type AnswerRules = z.infer<typeof AnswerRules>

/** Limits of one endpoint, over those of the server. `for` is a span such as `30d`, `size` such as `200mb`. */
export const Keep = z.strictObject({
  captures: z.number().int().min(1).optional(),
  for: z
    .string()
    .refine((text) => spanMs(text) !== undefined, 'A span such as 30d, 12h or 90m.')
    .optional(),
  size: z
    .string()
    .refine((text) => sizeBytes(text) !== undefined, 'A size such as 200mb.')
    .optional(),
})
export type Keep = z.infer<typeof Keep>

const Extra = z.record(z.string().max(200), z.string().max(10_000))

const SchemeId = z.string().min(1).max(100).describe('A scheme id of /api/schemes, or `custom`.')
const PublicKeys = z.array(z.string().max(10_000)).max(10)
const Custom = CustomScheme.describe('The row itself, where `scheme` is `custom`.')
const PublicUrl = z.url().max(2000).describe('The URL the sender signs, where its scheme signs the URL.')
const FetchKeys = z
  .boolean()
  .describe(
    'Whether public keys may be fetched from the provider when a request names one that is not here. Off by default.',
  )

export const Signing = z
  .object({
    scheme: SchemeId,
    publicKeys: PublicKeys.optional(),
    extra: Extra.optional(),
    custom: Custom.optional(),
    publicUrl: PublicUrl.optional(),
    fetchKeys: FetchKeys.optional(),
    secrets: z.array(z.object({ id: z.string(), last4: z.string(), addedAt: z.number().int() })),
  })
  .meta({ id: 'Signing' })
export type Signing = z.infer<typeof Signing>

/** Writing `secrets` replaces them all; leaving a field out keeps what is there, `null` clears it. Secrets are never given back. */
export const SigningInput = z
  .strictObject({
    scheme: SchemeId,
    publicKeys: PublicKeys.nullable().optional(),
    extra: Extra.nullable().optional(),
    custom: Custom.nullable().optional(),
    publicUrl: PublicUrl.nullable().optional(),
    fetchKeys: FetchKeys.nullable().optional(),
    secrets: z.array(z.string().min(1).max(10_000)).max(10).nullable().optional(),
  })
  .meta({ id: 'SigningInput' })
export type SigningInput = z.infer<typeof SigningInput>

export const Endpoint = z
  .object({
    id: z.string(),
    alias: z.string().optional(),
    name: z.string().optional(),
    url: z.string(),
    createdAt: z.number().int(),
    signing: Signing.optional(),
    answer: AnswerRules,
    forwards: z.array(z.unknown()).max(0).describe('Forward rules do not exist yet.'),
    eventType: z.string().optional(),
    eventId: z.string().optional(),
    handshakes: z.boolean(),
    cors: z.boolean(),
    keep: Keep.optional(),
    captures: z.number().int(),
    lastSeq: z.number().int().describe('The seq of its newest capture; 0 before the first.'),
    asOf: z
      .number()
      .int()
      .describe('The seq that `captures` and `lastSeq` stand for: events up to it are counted already.'),
  })
  .meta({ id: 'Endpoint' })
export type Endpoint = z.infer<typeof Endpoint>

const pointer = z
  .string()
  .regex(/^(\/([^~/]|~[01])*)+$/, 'A JSON pointer such as /data/type (RFC 6901).')
  .max(500)
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'A header name or a JSON pointer.')
  .max(200)

const SettingsShape = {
  alias: z
    .string()
    .refine(isAlias, 'An alias is 3 to 63 of a-z, 0-9, _ and -, begins with a letter or digit and is not a UUID.')
    .nullable()
    .optional(),
  name: z.string().max(NAME_CHARACTERS).nullable().optional(),
  signing: SigningInput.nullable().optional(),
  answer: AnswerRules.nullable().optional(),
  eventType: pointer.nullable().optional(),
  eventId: z.union([pointer, headerName]).nullable().optional(),
  cors: z.boolean().optional(),
  keep: Keep.nullable().optional(),
}

/** Settings of a new endpoint. Any UUID can be claimed as `id`, so that a URL of another receiver keeps working. */
export const EndpointInput = z
  .strictObject({ id: z.string().refine(isUuid, 'An id is a UUID.').optional(), ...SettingsShape })
  .meta({ id: 'EndpointInput' })
export type EndpointInput = z.infer<typeof EndpointInput>

/** Changed settings: what is left out stays, `null` clears. */
export const EndpointPatch = z.strictObject(SettingsShape).meta({ id: 'EndpointPatch' })
export type EndpointPatch = z.infer<typeof EndpointPatch>
