/** One capture sent on to a target, and what came back. */
import { z } from 'zod'
import { HeaderInput, HeaderPairs } from './headers.ts'

export const Replay = z
  .strictObject({
    target: z.string().min(1).max(8000).describe('An http or https URL.'),
    path: z
      .enum(['exact', 'append'])
      .optional()
      .describe(
        '`exact` (default): precisely the target. `append`: what stands below the endpoint, and its query, is put behind it.',
      ),
    sign: z
      .enum(['keep', 'resign', 'strip', 'corrupt'])
      .optional()
      .describe(
        "`keep` (default): the signature goes out as captured. `resign`: signed anew, now, by the endpoint's scheme and first secret. `strip`: left out. `corrupt`: well-formed and wrong.",
      ),
    newId: z.boolean().optional().describe('With `resign`: another message id, so that it counts as a new delivery.'),
    bodyTime: z
      .boolean()
      .optional()
      .describe('With `resign`: the time in the body, where the scheme keeps it there, is set to now first.'),
    testKey: z
      .boolean()
      .optional()
      .describe(
        'With `resign`: for a scheme whose private key only the provider has, sign with the local test key (see `/api/schemes/{scheme}/test-key`).',
      ),
    signedUrl: z
      .enum(['target', 'public'])
      .optional()
      .describe(
        'With `resign`, for a scheme that signs the URL: the one the target sees (`target`, the default), or the one the provider was given (`public`), for an app that was told that.',
      ),
    edits: z
      .strictObject({
        method: z.string().min(1).max(40).optional(),
        headers: HeaderInput.optional().describe('Replaces all headers.'),
        bodyBase64: z.base64().optional(),
      })
      .optional(),
    keepHost: z.boolean().optional().describe("Send the captured Host header instead of the target's."),
    insecureTls: z.boolean().optional().describe('Accept any certificate.'),
    timeoutMs: z.number().int().min(1).max(300_000).optional(),
  })
  .meta({ id: 'Replay' })
export type Replay = z.infer<typeof Replay>

export const Outcome = z.union([
  z.object({ status: z.number().int(), headers: HeaderPairs, bodyBase64: z.string(), truncated: z.boolean() }),
  z.object({ error: z.object({ code: z.string(), detail: z.string() }) }),
])
export type Outcome = z.infer<typeof Outcome>

export const Delivery = z
  .object({
    id: z.string(),
    capture: z.string(),
    target: z.string(),
    cause: z.enum(['replay', 'forward', 'send', 'job']),
    startedAt: z.number().int(),
    ms: z.number(),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: HeaderPairs,
      bodySha256: z.string(),
      identical: z.boolean().describe('All but Host, target path and framing went out as captured.'),
      changed: z.array(z.string()).describe('What differs from the capture, in words.'),
    }),
    outcome: Outcome,
    attempt: z.number().int(),
    nextAttemptAt: z.number().int().optional(),
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>

/** A test event to send to an endpoint's own capture URL. */
export const Send = z
  .strictObject({
    template: z.string().min(1).max(100).describe('A template id of /api/templates.'),
    event: z.string().min(1).max(200).optional().describe('An event of the template; its first when left out.'),
  })
  .meta({ id: 'Send' })
export type Send = z.infer<typeof Send>
