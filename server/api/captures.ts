/** Captures: listed by key, read, changed, deleted, and their exact bytes. */
import { createRoute, z } from '@hono/zod-openapi'
import { Capture, CapturePatch, CaptureSummary } from '../../shared/capture.ts'
import { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { noSuchCapture } from '../deliver/replay.ts'
import type { Store } from '../store/store.ts'
import { bodyResponse } from './body-response.ts'
import {
  body,
  busy,
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
  summary: 'What was signed, expected and received, and why it does not fit',
  description:
    "With settings in the body, as if the endpoint had these; nothing is saved. A scheme without its own secret is tried with the endpoint's; without a scheme, the scheme is looked for.",
  request: { params: IdParam, body: body(DiagnoseInput, false) },
  responses: { 200: json(Diagnosis, 'The verdict, its evidence and its causes.'), ...notFound, ...invalid, ...busy },
})

export interface CaptureParts {
  readonly store: Store
  /** Why its signature is not accepted; the signal aborts where nobody waits for it any more. */
  readonly diagnose: (capture: Capture, input: DiagnoseInput, signal: AbortSignal) => Promise<Diagnosis>
  /** That will probably be asked in a moment. */
  readonly warm: () => void
}

export const captures = ({ store, diagnose, warm }: CaptureParts) =>
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
    .openapi(read, async (c) => {
      const capture = await captureOf(store, c.req.valid('param').id)
      const { kind, freshness = 'fresh' } = capture.verdict
      if (kind !== 'valid' || freshness !== 'fresh') warm() // whoever opens it wants to know why
      return c.json(capture, 200)
    })
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
      return c.json(await diagnose(capture, c.req.valid('json') ?? {}, c.req.raw.signal), 200)
    })

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
