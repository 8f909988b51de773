/** What checking a signature shows: the bytes that were signed, what was expected, what came, and why it does not fit. */
import { z } from 'zod'
import { Verdict } from './capture.ts'
import { HeaderInput } from './headers.ts'

export const Cause = z
  .object({
    id: z.string().describe('Never changes; sentences may.'),
    title: z.string(),
    detail: z.string(),
    remedy: z.string(),
    evidence: z.string(),
  })
  .meta({ id: 'Cause' })
export type Cause = z.infer<typeof Cause>

export const Diagnosis = z
  .object({
    verdict: Verdict,
    causes: z.array(Cause).describe('Likeliest first.'),
    signedBase64: z.string().optional().describe('Exactly the bytes that the scheme signs.'),
    expected: z.string().optional(),
    received: z.string().optional(),
  })
  .meta({ id: 'Diagnosis' })
export type Diagnosis = z.infer<typeof Diagnosis>

export const DiagnoseInput = z
  .strictObject({ scheme: z.string().max(100).optional(), secret: z.string().min(1).max(10_000).optional() })
  .meta({ id: 'DiagnoseInput' })
export type DiagnoseInput = z.infer<typeof DiagnoseInput>

/** A request to check without keeping it. `at` is Unix seconds. */
export const VerifyInput = z
  .strictObject({
    scheme: z.string().min(1).max(100),
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
    signedBase64: z.string().optional(),
    expected: z.string().optional(),
    received: z.string().optional(),
  })
  .meta({ id: 'Verified' })
export type Verified = z.infer<typeof Verified>
