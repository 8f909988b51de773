/** Endpoints: made, listed, changed, removed, and sent a test event. */
import { createRoute, z } from '@hono/zod-openapi'
import { Delivery, Send } from '../../shared/delivery.ts'
import { Endpoint, EndpointInput, EndpointPatch } from '../../shared/endpoint.ts'
import { AppError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { sendTestEvent } from '../deliver/test-event.ts'
import { presentEndpoint } from '../store/present.ts'
import type { EndpointRecord, Store } from '../store/store.ts'
import { body, conflict, EndpointParam, invalid, json, notFound, routes, unavailable } from './contract.ts'
import { checkSettings } from './settings.ts'
import type { TestKeyParts } from './test-keys.ts'

const tags = ['Endpoints']

const create = createRoute({
  method: 'post',
  path: '/endpoints',
  tags,
  summary: 'Make an endpoint',
  description: 'All settings are optional. Any UUID can be claimed as `id`.',
  request: { body: body(EndpointInput, false) },
  responses: { 201: json(Endpoint, 'The new endpoint.'), ...conflict, ...invalid, ...unavailable },
})

const list = createRoute({
  method: 'get',
  path: '/endpoints',
  tags,
  summary: 'All endpoints, oldest first',
  responses: { 200: json(z.object({ endpoints: z.array(Endpoint) }), 'The first one is the default endpoint.') },
})

const read = createRoute({
  method: 'get',
  path: '/endpoints/{endpoint}',
  tags,
  summary: 'One endpoint',
  request: { params: EndpointParam },
  responses: { 200: json(Endpoint, 'The endpoint.'), ...notFound },
})

const change = createRoute({
  method: 'patch',
  path: '/endpoints/{endpoint}',
  tags,
  summary: 'Change settings',
  description:
    'What is left out stays, `null` clears. After a change of scheme or secrets all stored captures are checked again.',
  request: { params: EndpointParam, body: body(EndpointPatch) },
  responses: {
    200: json(Endpoint, 'The whole endpoint as it is now.'),
    ...notFound,
    ...conflict,
    ...invalid,
    ...unavailable,
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/endpoints/{endpoint}',
  tags,
  summary: 'Remove an endpoint and its captures',
  request: { params: EndpointParam },
  responses: { 204: { description: 'Gone.' }, ...notFound, ...unavailable },
})

const send = createRoute({
  method: 'post',
  path: '/endpoints/{endpoint}/send',
  tags,
  summary: 'Send a test event to the endpoint itself',
  description: "Signed with the endpoint's scheme and first secret where it has both.",
  request: { params: EndpointParam, body: body(Send) },
  responses: { 200: json(Delivery, 'What was sent and what was answered.'), ...notFound, ...invalid, ...unavailable },
})

const Progress = z
  .object({
    running: z.boolean(),
    done: z.number().int().describe('Captures that have been checked with the settings as they are now.'),
    total: z.number().int(),
  })
  .meta({ id: 'RecheckProgress' })

const recheck = createRoute({
  method: 'get',
  path: '/endpoints/{endpoint}/recheck',
  tags,
  summary: 'How far checking the stored captures again has come',
  description: 'After a change of scheme, secrets or keys. Each capture whose verdict changed is an `updated` frame.',
  request: { params: EndpointParam },
  responses: { 200: json(Progress, 'Without anything to do, `done` equals `total`.'), ...notFound },
})

export interface EndpointParts {
  readonly store: Store
  /** How far the stored captures of an endpoint have been checked again. */
  readonly recheckProgress: (endpointId: string) => z.infer<typeof Progress>
  readonly now: () => number
  readonly log: Log
  /** By which senders reach the capture listener, and by which this process does; without a slash at the end. */
  readonly publicBase: () => string
  readonly captureBase: () => string
  readonly testKeys: TestKeyParts['testKeys']
}

export const endpoints = ({ store, recheckProgress, now, log, publicBase, captureBase, testKeys }: EndpointParts) => {
  const present = (record: EndpointRecord): Endpoint => presentEndpoint(record, store.counters(record.id), publicBase())
  return routes()
    .openapi(create, async (c) => {
      const settings = c.req.valid('json') ?? {}
      checkSettings(settings)
      return c.json(present(await store.addEndpoint(settings)), 201)
    })
    .openapi(list, async (c) => c.json({ endpoints: (await store.endpoints()).map(present) }, 200))
    .openapi(read, (c) => c.json(present(known(store, c.req.valid('param').endpoint)), 200))
    .openapi(change, async (c) => {
      const { id, signing } = known(store, c.req.valid('param').endpoint)
      const patch = c.req.valid('json')
      checkSettings(patch, signing)
      return c.json(present(await store.updateEndpoint(id, patch)), 200)
    })
    .openapi(remove, async (c) => {
      await store.removeEndpoint(known(store, c.req.valid('param').endpoint).id)
      return c.body(null, 204)
    })
    .openapi(recheck, (c) => c.json(recheckProgress(known(store, c.req.valid('param').endpoint).id), 200))
    .openapi(send, async (c) => {
      const record = known(store, c.req.valid('param').endpoint)
      const parts = { store, now, log, captureBase: captureBase(), publicBase: publicBase(), testKeys }
      return c.json(await sendTestEvent(parts, record, c.req.valid('json')), 200)
    })
}

/** @throws AppError `not_found` */
export function known(store: Store, idOrAlias: string): EndpointRecord {
  const record = store.endpoint(idOrAlias)
  if (record === undefined) throw new AppError('not_found', `There is no endpoint ${JSON.stringify(idOrAlias)}.`)
  return record
}
