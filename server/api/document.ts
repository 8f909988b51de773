/** The document that describes the API: made from the routes, and with what holds for every one of them, since the gate stands before all. */
import type { OpenAPIHono } from '@hono/zod-openapi'

type Described = ReturnType<OpenAPIHono['getOpenAPI31Document']>
type Responses = Record<string, object>

/** Refusals that no route decides, by name and status. The first ones can meet any request, the last ones those with a body. */
const ALWAYS = {
  BadPath: [400, 'The path is written in a way that is not served.'],
  Unauthorized: [401, 'The inspector was started with a token, and this is not it.'],
  Forbidden: [403, 'The request comes from another page, or through a proxy or a tunnel.'],
  WrongHost: [421, 'The inspector does not answer to this host name.'],
  Failed: [500, 'Something went wrong inside Hookwell; its log has the details.'],
} as const
const WITH_BODY = {
  TooLarge: [413, 'The body is larger than the API takes at once.'],
  NotJson: [415, 'The body is not declared as JSON.'],
} as const

export function documentOf(api: OpenAPIHono, version: string): Described {
  const described = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Hookwell',
      version,
      description:
        'The API of the inspector. Times in fields that end in `At` are Unix milliseconds. Header values hold one character U+0000–U+00FF per byte. Errors are RFC 9457 problems; `code` is one of a closed list. The feed is a WebSocket at /api/feed.',
      license: { name: 'MIT' },
    },
    security: [{}, { token: [] }],
  })
  for (const path of Object.values(described.paths ?? {}))
    for (const operation of [path.get, path.post, path.patch, path.put, path.delete]) {
      if (operation === undefined) continue
      const common = { ...referencesTo(ALWAYS), ...(operation.requestBody ? referencesTo(WITH_BODY) : {}) }
      operation.responses = { ...common, ...operation.responses }
    }
  return {
    ...described,
    components: {
      ...described.components,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'Only where the server was started with `--token`. The feed takes it as a subprotocol, `t.<token>`.',
        },
      },
      responses: Object.fromEntries(
        Object.entries({ ...ALWAYS, ...WITH_BODY }).map(([name, [, description]]) => [name, problem(description)]),
      ),
    },
  }
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const referencesTo = (named: Readonly<Record<string, readonly [number, string]>>): Responses =>
  Object.fromEntries(
    Object.entries(named).map(([name, [status]]) => [status, { $ref: `#/components/responses/${name}` }]),
  )
