/** How a route is declared, in one place, so that bad input has one answer everywhere. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { PAGE_DEFAULT, PAGE_MAX } from '../../shared/limits.ts'
import { AppError } from '../../shared/errors.ts'
import { type Issue, Problem } from '../../shared/problem.ts'

/** A set of routes. Input that does not fit its schema becomes a 422 problem with the place of each fault. */
export function routes(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook(result) {
      if (!result.success) throw invalidInput(result.error.issues)
    },
  })
}

function invalidInput(
  faults: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): AppError {
  const issues: Issue[] = faults.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const [first] = issues
  const where = first === undefined || first.path === '' ? 'The input' : `\`${first.path}\``
  return new AppError('invalid_input', `${where} is not valid: ${first?.message ?? 'it does not fit'}`, { issues })
}

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A body that may be left out, or must be there. */
export const body = <T extends z.ZodType>(schema: T, required = true) => ({
  required,
  content: { 'application/json': { schema } },
})

const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: Problem } } })

export const notFound = { 404: problem('There is no such thing.') }
export const invalid = { 422: problem('The input is not valid; `issues` says where.') }
export const outside = { 416: problem('The range lies outside the body.') }
export const conflict = { 409: problem('The id or the alias is taken.') }
export const refusedTarget = {
  403: problem('The target is not allowed; or the request comes from another page, or through a proxy or a tunnel.'),
}
export const unwell = {
  503: problem('A listener is closed, or the store cannot be written now.'),
  507: problem('The disk is full.'),
}
export const busy = { 503: problem('Too much is being looked at, or it took too long.') }
export const unavailable = { 503: problem('The store cannot be written now.'), 507: problem('The disk is full.') }

export const EndpointParam = z.object({ endpoint: z.string().openapi({ description: "The endpoint's id or alias." }) })
export const IdParam = z.object({ id: z.string() })

/** How many a list gives. */
export const Limit = z.coerce.number<string>().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT)
