/** What can be made of a scheme: code that checks it, for the program that receives. */
import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '../../shared/errors.ts'
import { CustomScheme } from '../../shared/scheme.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { findScheme } from '../signatures/schemes.ts'
import { unknownScheme } from '../signatures/verify-request.ts'
import { body, invalid, json, routes } from './contract.ts'

const CodeInput = z
  .strictObject({
    scheme: z.string().min(1).max(100).describe('A scheme id of /api/schemes, or `custom`.'),
    custom: CustomScheme.optional().describe('The row, where `scheme` is `custom`.'),
  })
  .meta({ id: 'CodeInput' })

const Codes = z
  .object({
    codes: z.array(
      z.object({
        language: z.enum(['node', 'python', 'php', 'ruby', 'go']),
        label: z.string(),
        code: z
          .string()
          .describe('A whole file; for a scheme that a row cannot spell, a comment that says what to use instead.'),
      }),
    ),
  })
  .meta({ id: 'VerifyingCodes' })

const code = createRoute({
  method: 'post',
  path: '/schemes/code',
  tags: ['Signatures'],
  summary: 'Code that checks a scheme, to be copied',
  description: 'Nothing is saved. What a row holds stands in the code as literals only.',
  request: { body: body(CodeInput) },
  responses: { 200: json(Codes, 'One for each language.'), ...invalid },
})

export const schemes = () =>
  routes().openapi(code, async (c) => {
    const input = c.req.valid('json')
    const definition = definitionOf(input)
    if (definition === undefined) throw input.scheme === 'custom' ? rowMissing() : unknownScheme(input.scheme, 'scheme')
    const entry = findScheme(definition.id)
    const about = entry && { name: entry.name, source: entry.source, wholeInRow: definition.code === undefined }
    // Five languages' worth of text that the start need not wait for
    const { verifyingCode } = await import('../export/verifying-code.ts')
    return c.json({ codes: verifyingCode(definition.row, about) }, 200)
  })

const rowMissing = (): AppError =>
  new AppError('invalid_input', 'A custom scheme needs its row.', { issues: [{ path: 'custom', message: 'Missing.' }] })
