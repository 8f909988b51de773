/** Deliveries: replay a capture to a target, and what came of it. */
import { createRoute, z } from '@hono/zod-openapi'
import { Delivery, Replay } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { type Replaying, replay } from '../deliver/replay.ts'
import type { Store } from '../store/store.ts'
import { captureOf } from './captures.ts'
import { body, IdParam, invalid, json, Limit, notFound, refusedTarget, routes } from './contract.ts'

const tags = ['Deliveries']

const again = createRoute({
  method: 'post',
  path: '/captures/{id}/replay',
  tags,
  summary: 'Send a capture to a target',
  description:
    'Unedited, the method, the header lines and the body go out byte for byte, to precisely the target or (`append`) with the captured path and query behind it; what had to differ is listed in `request.changed`. With `sign` the signature is made anew for this moment, left out, or made wrong; edits come first, so what is edited is what is signed. Answered with 200 also when the target failed: the outcome says how.',
  request: { params: IdParam, body: body(Replay) },
  responses: { 200: json(Delivery, 'What was sent and what came back.'), ...refusedTarget, ...notFound, ...invalid },
})

const ofCapture = createRoute({
  method: 'get',
  path: '/captures/{id}/deliveries',
  tags,
  summary: 'Deliveries of a capture, newest first',
  request: { params: IdParam, query: z.object({ limit: Limit }) },
  responses: {
    200: json(
      z.object({ deliveries: z.array(Delivery) }),
      'Response bodies are cut to 64 KiB here; one delivery alone has all that is kept.',
    ),
    ...notFound,
    ...invalid,
  },
})

const read = createRoute({
  method: 'get',
  path: '/deliveries/{id}',
  tags,
  summary: 'One delivery',
  request: { params: IdParam },
  responses: { 200: json(Delivery, 'The delivery.'), ...notFound },
})

export const deliveries = ({
  store,
  now,
  policy,
  log,
  publicUrl,
  testKeys,
}: {
  store: Store
  now: () => number
  policy: () => Replaying['policy']
  log: Log
  publicUrl: string | undefined
  testKeys: Replaying['testKeys']
}) =>
  routes()
    .openapi(again, async (c) =>
      c.json(
        await replay(
          { store, policy: policy(), now, log, publicBase: publicUrl, testKeys },
          c.req.valid('param').id,
          c.req.valid('json'),
        ),
        200,
      ),
    )
    .openapi(ofCapture, async (c) => {
      const { id } = await captureOf(store, c.req.valid('param').id)
      return c.json({ deliveries: await store.deliveries(id, c.req.valid('query').limit) }, 200)
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      const delivery = await store.delivery(id)
      if (delivery === undefined) throw new AppError('not_found', `There is no delivery ${JSON.stringify(id)}.`)
      return c.json(delivery, 200)
    })
