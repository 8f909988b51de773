/** What checking a signature shows: the bytes that were signed, what was expected, what came, and why it does not fit. */
import { z } from 'zod'
import { Verdict } from './capture.ts'
import { HeaderInput } from './headers.ts'
import { CustomScheme, Scheme } from './scheme.ts'

/** Where the body that was signed differs from the one that arrived: both from the same offset on, cut to `DIFFERENCE_BYTES`. */
export const BodyDifference = z
  .object({
    at: z.number().int().describe('The first byte that differs.'),
    from: z.number().int().describe('The byte both excerpts begin with.'),
    capturedBase64: z.string(),
    signedBase64: z.string(),
    capturedSize: z.number().int(),
    signedSize: z.number().int(),
  })
  .meta({ id: 'BodyDifference' })
export type BodyDifference = z.infer<typeof BodyDifference>

export const Cause = z
  .object({
    id: z.string().describe('Never changes; sentences may.'),
    title: z.string(),
    detail: z.string(),
    remedy: z.string(),
    evidence: z.string(),
    proven: z
      .boolean()
      .describe(
        'The signature was made again this way and is the one that came; otherwise it is a guess from what is there.',
      ),
    body: BodyDifference.optional().describe('Where another body than the one that arrived was signed.'),
    url: z.string().optional().describe('The URL that was signed, where it is another than the one checked with.'),
  })
  .meta({ id: 'Cause' })
export type Cause = z.infer<typeof Cause>

/** A scheme that the request looks like. Never decided by that: anyone can send such a header. */
export const Suggestion = z
  .object({ scheme: z.string(), name: z.string(), because: z.string() })
  .meta({ id: 'Suggestion' })
export type Suggestion = z.infer<typeof Suggestion>

export const SignedUrl = z
  .object({
    url: z.string(),
    from: z
      .enum(['endpoint', 'server', 'forwarded', 'host'])
      .describe("The endpoint's public URL, the server's, a proxy's forwarding headers, or just the Host header."),
  })
  .meta({ id: 'SignedUrl' })
export type SignedUrl = z.infer<typeof SignedUrl>

export const Diagnosis = z
  .object({
    verdict: Verdict,
    causes: z.array(Cause).describe('Likeliest first.'),
    scheme: Scheme.optional().describe('How it was signed in fact, where that was found out.'),
    schemeId: z.string().optional().describe("The provider whose scheme that is, where it is one of the table's."),
    suggestions: z.array(Suggestion).describe('Schemes it looks like, where the endpoint has another or none.'),
    limited: z.string().optional().describe('Why not everything was tried.'),
    url: SignedUrl.optional().describe('The URL the check used, where the scheme signs one.'),
    signedBase64: z
      .string()
      .optional()
      .describe('Exactly the bytes that the scheme signs, up to `SIGNED_SHOWN_BYTES`.'),
    signedSize: z.number().int().optional(),
    expected: z.string().optional(),
    received: z.string().optional(),
  })
  .meta({ id: 'Diagnosis' })
export type Diagnosis = z.infer<typeof Diagnosis>

/** What to check with instead of the endpoint's settings; nothing of it is kept. */
export const DiagnoseInput = z
  .strictObject({
    scheme: z.string().max(100).optional(),
    custom: CustomScheme.optional().describe('The row, where `scheme` is `custom`; else the endpoint’s own is tried.'),
    secret: z.string().min(1).max(10_000).optional(),
    publicKey: z.string().min(1).max(10_000).optional(),
    extra: z.record(z.string().max(200), z.string().max(10_000)).optional(),
    publicUrl: z.url().max(2000).optional(),
    causes: z.boolean().optional().describe('`false`: the verdict and its evidence only, without a search for causes.'),
  })
  .meta({ id: 'DiagnoseInput' })
export type DiagnoseInput = z.infer<typeof DiagnoseInput>

/** A request to check without keeping it. `at` is Unix seconds. */
export const VerifyInput = z
  .strictObject({
    scheme: z.string().min(1).max(100),
    custom: CustomScheme.nullable().optional().describe('The row, where `scheme` is `custom`.'),
    secret: z.string().max(10_000).nullable().optional(),
    publicKey: z.string().max(10_000).nullable().optional(),
    extra: z.record(z.string(), z.string()).nullable().optional(),
    method: z.string().min(1).max(40),
    url: z.string().min(1).max(70_000),
    headers: HeaderInput,
    bodyBase64: z.base64(),
    at: z.number().optional(),
  })
  .meta({ id: 'VerifyInput' })
export type VerifyInput = z.infer<typeof VerifyInput>

export const Verified = z
  .object({
    signature: z.enum(['valid', 'invalid', 'missing']),
    freshness: z.enum(['fresh', 'stale', 'future', 'none']),
    reason: z.string(),
    signedBase64: z.string().optional().describe('The bytes that the scheme signs, up to `SIGNED_SHOWN_BYTES`.'),
    signedSize: z.number().int().optional(),
    expected: z.string().optional(),
    received: z.string().optional(),
  })
  .meta({ id: 'Verified' })
export type Verified = z.infer<typeof Verified>
