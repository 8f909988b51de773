/** Captures: listed by key, read, changed, deleted, and their exact bytes. */
import { createRoute, z } from '@hono/zod-openapi'
import { Capture, CapturePatch, CaptureSummary } from '../../shared/capture.ts'
import { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { noSuchCapture } from '../deliver/replay.ts'
import { diagnose } from '../signatures/diagnose.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { signedRequestOf } from '../signatures/signed-request.ts'
import { unknownScheme } from '../signatures/verify-request.ts'
import type { Store } from '../store/store.ts'
import { bodyResponse } from './body-response.ts'
import {
  body,
  EndpointParam,
  IdParam,
  invalid,
  json,
  Limit,
  notFound,
  outside,
  routes,
  unavailable,
} from './contract.ts'
import { known } from './endpoints.ts'

const tags = ['Captures']

const seq = z
  .string()
  .regex(/^\d{1,16}$/, 'A seq is a whole number.')
  .transform(Number)
/** Search is not there yet; a query is refused rather than ignored. */
const query = z
  .string()
  .optional()
  .openapi({ description: 'Not available yet: anything but an empty query is refused.' })

const list = createRoute({
  method: 'get',
  path: '/endpoints/{endpoint}/captures',
  tags,
  summary: 'Captures of an endpoint, newest first',
  request: {
    params: EndpointParam,
    query: z.object({
      query,
      before: seq.optional().openapi({ description: 'Only captures with a smaller seq.' }),
      after: seq.optional().openapi({ description: 'Only captures with a larger seq.' }),
      limit: Limit,
    }),
  },
  responses: {
    200: json(z.object({ captures: z.array(CaptureSummary), more: z.boolean() }), 'A page.'),
    ...notFound,
    ...invalid,
  },
})

const clear = createRoute({
  method: 'delete',
  path: '/endpoints/{endpoint}/captures',
  tags,
  summary: 'Delete all captures of an endpoint, pinned ones too',
  request: { params: EndpointParam, query: z.object({ query }) },
  responses: {
    200: json(z.object({ deleted: z.number().int() }), 'How many there were.'),
    ...notFound,
    ...invalid,
    ...unavailable,
  },
})

const read = createRoute({
  method: 'get',
  path: '/captures/{id}',
  tags,
  summary: 'One capture with its headers',
  request: { params: IdParam },
  responses: { 200: json(Capture, 'The capture.'), ...notFound },
})

const change = createRoute({
  method: 'patch',
  path: '/captures/{id}',
  tags,
  summary: 'Note, pin, tags, read',
  request: { params: IdParam, body: body(CapturePatch) },
  responses: { 200: json(Capture, 'The whole capture as it is now.'), ...notFound, ...invalid, ...unavailable },
})

const remove = createRoute({
  method: 'delete',
  path: '/captures/{id}',
  tags,
  summary: 'Delete one capture',
  request: { params: IdParam },
  responses: { 204: { description: 'Gone.' }, ...notFound, ...unavailable },
})

const bytes = createRoute({
  method: 'get',
  path: '/captures/{id}/body',
  tags,
  summary: 'The exact bytes of the body',
  description: 'One `Range` of bytes is answered with 206 (RFC 9110 §14).',
  request: { params: IdParam },
  responses: {
    200: {
      description: 'All bytes.',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    206: {
      description: 'The bytes asked for.',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...notFound,
    ...outside,
  },
})

const explain = createRoute({
  method: 'post',
  path: '/captures/{id}/diagnose',
  tags: ['Signatures'],
  summary: 'What was signed, expected and received',
  description:
    "With `scheme` or `secret`, as if the endpoint had these; nothing is saved. A scheme without its own secret is tried with the endpoint's.",
  request: { params: IdParam, body: body(DiagnoseInput, false) },
  responses: { 200: json(Diagnosis, 'The verdict and its evidence.'), ...notFound, ...invalid },
})

export const captures = ({ store, publicUrl }: { store: Store; publicUrl: string | undefined }) =>
  routes()
    .openapi(list, async (c) => {
      const { query, before, after, limit } = c.req.valid('query')
      refuseQuery(query)
      const { id } = known(store, c.req.valid('param').endpoint)
      const page = {
        endpoint: id,
        limit,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      }
      return c.json(await store.captures(page), 200)
    })
    .openapi(clear, async (c) => {
      refuseQuery(c.req.valid('query').query)
      return c.json({ deleted: await store.removeCaptures(known(store, c.req.valid('param').endpoint).id) }, 200)
    })
    .openapi(read, async (c) => c.json(await captureOf(store, c.req.valid('param').id), 200))
    .openapi(change, async (c) => c.json(await store.updateCapture(c.req.valid('param').id, c.req.valid('json')), 200))
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await store.removeCapture(id))) throw noSuchCapture(id)
      return c.body(null, 204)
    })
    .openapi(bytes, async (c) => {
      const capture = await captureOf(store, c.req.valid('param').id)
      return bodyResponse(store, capture, c.req.header('range'))
    })
    .openapi(explain, async (c) => {
      const capture = await captureOf(store, c.req.valid('param').id)
      const content = (await store.body(capture.id))?.bytes ?? Buffer.alloc(0)
      const signing = settingsToTry(store.endpoint(capture.endpoint)?.signing, c.req.valid('json') ?? {})
      const arrived = { ...capture, headers: capture.headers.flat(), body: content }
      const request = signedRequestOf(signing, arrived, publicUrl)
      return c.json(diagnose({ settings: signing, request }, capture.receivedAt), 200)
    })

type Signing = NonNullable<ReturnType<Store['endpoint']>>['signing']

/** @throws AppError `invalid_input` for a scheme that nobody knows */
function settingsToTry(signing: Signing, { scheme, secret }: DiagnoseInput): Signing {
  if (scheme !== undefined && definitionOf({ scheme, custom: signing?.custom }) === undefined)
    throw unknownScheme(scheme, 'scheme')
  const chosen = scheme ?? signing?.scheme
  if (chosen === undefined) return undefined
  const secrets = secret === undefined ? (signing?.secrets ?? []) : [{ id: 'given', value: secret, addedAt: 0 }]
  return { ...signing, scheme: chosen, secrets }
}

function refuseQuery(query: string | undefined): void {
  if (query === undefined || query.trim() === '') return
  throw new AppError('invalid_query', 'Search is not available yet.', {
    hint: 'Leave `query` out.',
    issues: [{ path: 'query', message: 'Not available yet.', position: 0 }],
  })
}

/** @throws AppError `not_found` */
export async function captureOf(store: Store, id: string): Promise<Capture> {
  const capture = await store.capture(id)
  if (capture === undefined) throw noSuchCapture(id)
  return capture
}
