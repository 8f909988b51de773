/** All routes of the API. The page, the command line and the tests speak to this and to nothing else. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { AppError } from '../../shared/errors.ts'
import type { Replaying } from '../deliver/replay.ts'
import { type CaptureParts, captures } from './captures.ts'
import { deliveries } from './deliveries.ts'
import { documentOf } from './document.ts'
import { type EndpointParts, endpoints } from './endpoints.ts'
import { answerFailure, problemResponse } from './failures.ts'
import { type MetaParts, meta } from './meta.ts'
import { schemes } from './schemes.ts'
import { type TestKeyParts, testKeyRoutes } from './test-keys.ts'

/** Bytes of one request to the API: a body of 25 MB in base64, and its headers. */
const INPUT_BYTES = 48 * 1024 * 1024

export type ApiParts = EndpointParts &
  CaptureParts &
  TestKeyParts &
  MetaParts & { readonly publicUrl: string | undefined; readonly policy: () => Replaying['policy'] }

const apiRoutes = (parts: ApiParts) =>
  new OpenAPIHono()
    .basePath('/api')
    .route('/', endpoints(parts))
    .route('/', captures(parts))
    .route('/', deliveries(parts))
    .route('/', meta(parts))
    .route('/', schemes())
    .route('/', testKeyRoutes(parts))

export type Api = ReturnType<typeof apiRoutes>

export function createApi(parts: ApiParts): OpenAPIHono {
  const app = new OpenAPIHono()
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: INPUT_BYTES,
      onError: () =>
        problemResponse(new AppError('body_too_large', `At most ${INPUT_BYTES} bytes are taken at once.`), {
          connection: 'close',
        }),
    }),
    async (c, next) => {
      await next()
      if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
      c.res.headers.set('x-content-type-options', 'nosniff')
    },
  )
  const api = apiRoutes(parts)
  app.route('/', api)
  app.get('/api/openapi.json', (c) => c.json(documentOf(api, parts.version().version)))
  app.onError((error, c) => answerFailure(error, c, parts.log))
  const methodsAt = methodTable(app)
  app.notFound((c) => {
    const path = c.req.path
    const allowed = methodsAt(path)
    if (allowed.length > 0)
      return problemResponse(
        new AppError('method_not_allowed', `${c.req.method} is not possible here.`, {
          hint: `Possible: ${allowed.join(', ')}.`,
          allow: allowed,
        }),
      )
    return problemResponse(
      new AppError('not_found', `There is nothing at ${path}.`, { hint: 'GET /api/openapi.json describes the API.' }),
    )
  })
  return app
}

/** Which methods a path has, by the routes themselves, so that a wrong method is told from a wrong path. */
function methodTable(app: OpenAPIHono): (path: string) => string[] {
  let table: { method: string; pattern: RegExp }[] | undefined
  return (path) => {
    table ??= app.routes
      .filter((route) => route.method !== 'ALL')
      .map(({ method, path: route }) => ({
        method,
        pattern: new RegExp(`^${route.replace(/:[^/{]+(\{[^}]*\})?/g, '[^/]+')}$`),
      }))
    const methods = table.filter((row) => row.pattern.test(path)).map((row) => row.method)
    return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
  }
}
