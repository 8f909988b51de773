/** The shape of every error that Hookwell sends. Apart from what throws it, so that a small command need not load the validator. */
import { z } from 'zod'
import { ERROR_CODES } from './errors.ts'

/** What exactly is wrong with one part of the input. `position` counts UTF-16 units from 0. */
export const Issue = z.object({ path: z.string(), message: z.string(), position: z.number().int().optional() })
export type Issue = z.infer<typeof Issue>

/** RFC 9457 problem details, the only shape of an error that Hookwell sends. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    hint: z.string().optional(),
    issues: z.array(Issue).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
