/** A request as it came off the wire, its summary for lists, and the verdict on its signature. */
import { z } from 'zod'
import { NOTE_CHARACTERS, TAG_CHARACTERS, TAGS_PER_CAPTURE } from './limits.ts'
import { HeaderPairs } from './headers.ts'

/**
 * What checking the signature gave. Signature and freshness are told apart: a stale request may be perfectly signed.
 * `unchecked`: the endpoint has no scheme, or no secret for it.
 */
export const Verdict = z
  .object({
    kind: z.enum(['valid', 'invalid', 'missing', 'unchecked']),
    freshness: z.enum(['fresh', 'stale', 'future']).optional(),
    scheme: z.string().optional(),
    secretId: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'Verdict' })
export type Verdict = z.infer<typeof Verdict>

export const CaptureSummary = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    seq: z.number().int().describe('Position in the one log of events; grows in commit order, gaps allowed.'),
    receivedAt: z.number().int(),
    method: z.string(),
    target: z.string().describe('The raw request target, exactly as received.'),
    contentType: z.string().optional(),
    bodySize: z.number().int(),
    eventType: z.string().optional(),
    eventId: z.string().optional(),
    attempt: z.number().int().describe('1 for the first capture with this event id, 2 for the next, …'),
    verdict: Verdict,
    answered: z.object({ status: z.number().int(), ms: z.number() }),
    handshake: z.string().optional(),
    delivered: z
      .union([z.object({ status: z.number().int() }), z.object({ error: z.string() })])
      .optional()
      .describe('What came of its newest delivery: the response status, or the code of what went wrong.'),
    pinned: z.boolean(),
    read: z.boolean(),
    tags: z.array(z.string()),
    note: z.string().optional(),
  })
  .meta({ id: 'CaptureSummary' })
export type CaptureSummary = z.infer<typeof CaptureSummary>

export const Capture = CaptureSummary.extend({
  httpVersion: z.string(),
  remoteAddress: z.string(),
  headers: HeaderPairs,
  trailers: HeaderPairs,
  bodySha256: z.string(),
  answered: z.object({
    status: z.number().int(),
    headers: HeaderPairs,
    bodyBase64: z.string(),
    ms: z.number(),
    rule: z.number().int().optional(),
  }),
}).meta({ id: 'Capture' })
export type Capture = z.infer<typeof Capture>

/** What people add to a capture. `null` clears. */
export const CapturePatch = z
  .strictObject({
    note: z.string().max(NOTE_CHARACTERS).nullable().optional(),
    pinned: z.boolean().optional(),
    read: z.boolean().optional(),
    tags: z.array(z.string().min(1).max(TAG_CHARACTERS)).max(TAGS_PER_CAPTURE).nullable().optional(),
  })
  .meta({ id: 'CapturePatch' })
export type CapturePatch = z.infer<typeof CapturePatch>

/** A request that never became a capture, and the first 4 KiB of what arrived. */
export const Rejection = z
  .object({
    id: z.string(),
    at: z.number().int(),
    remoteAddress: z.string(),
    reason: z.enum(['parse', 'too_large', 'aborted', 'unknown_endpoint', 'storage']),
    status: z.number().int().describe('What the sender was told; 0 where the connection was already gone.'),
    headBase64: z.string(),
    endpoint: z.string().optional(),
    detail: z.string().optional().describe('Why, in words.'),
  })
  .meta({ id: 'Rejection' })
export type Rejection = z.infer<typeof Rejection>
