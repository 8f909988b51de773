/** What Hookwell is, knows and refused: health, version, schemes, templates, rejections; and checking a signature without keeping anything. */
import { createRoute, z } from '@hono/zod-openapi'
import { Rejection } from '../../shared/capture.ts'
import { Verified, VerifyInput } from '../../shared/diagnosis.ts'
import { SchemeEntry } from '../../shared/scheme.ts'
import { SCHEMES } from '../signatures/schemes.ts'
import type { Store } from '../store/store.ts'
import { TEMPLATES } from '../templates/templates.ts'
import { body, busy, invalid, json, Limit, routes, unwell } from './contract.ts'

const health = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Server'],
  summary: 'Whether both listeners and the store work',
  responses: { 200: json(z.object({ ok: z.literal(true) }), 'They do.'), ...unwell },
})

export const Version = z
  .object({
    version: z.string(),
    node: z.string(),
    captureUrl: z.string().describe('By which senders reach the capture listener, without an endpoint.'),
    dataDirectory: z.string(),
    durability: z.enum(['full', 'fast']),
    maxBodyBytes: z.number().int(),
    keep: z.object({ captures: z.number().int(), forMs: z.number().int(), bytes: z.number().int() }),
  })
  .meta({ id: 'Version' })
export type Version = z.infer<typeof Version>

const version = createRoute({
  method: 'get',
  path: '/version',
  tags: ['Server'],
  summary: 'The version, and the settings it runs with',
  responses: { 200: json(Version, 'As started.') },
})

const rejections = createRoute({
  method: 'get',
  path: '/rejections',
  tags: ['Server'],
  summary: 'Requests that never became a capture, newest first',
  request: { query: z.object({ limit: Limit }) },
  responses: {
    200: json(z.object({ rejections: z.array(Rejection) }), 'With the first 4 KiB of what arrived.'),
    ...invalid,
  },
})

const schemes = createRoute({
  method: 'get',
  path: '/schemes',
  tags: ['Signatures'],
  summary: 'Every signing scheme',
  responses: { 200: json(z.object({ schemes: z.array(SchemeEntry) }), 'As data.') },
})

const verify = createRoute({
  method: 'post',
  path: '/verify',
  tags: ['Signatures'],
  summary: 'Check the signature of a request that is not kept',
  request: { body: body(VerifyInput) },
  responses: { 200: json(Verified, 'Signature and freshness, apart.'), ...invalid, ...busy },
})

const templates = createRoute({
  method: 'get',
  path: '/templates',
  tags: ['Endpoints'],
  summary: 'Test events that can be sent',
  responses: {
    200: json(
      z.object({
        templates: z.array(
          z.object({ id: z.string(), name: z.string(), source: z.string(), events: z.array(z.string()) }),
        ),
      }),
      'By provider.',
    ),
  },
})

export interface MetaParts {
  readonly store: Store
  /** Checks what is handed in; the signal aborts where nobody waits for it any more. */
  readonly verify: (input: VerifyInput, signal: AbortSignal) => Promise<Verified>
  readonly version: () => Version
  /** Throws where the capture listener does not accept connections. */
  readonly checkListeners: () => void
}

export const meta = ({ store, verify: verifyGiven, version: versionNow, checkListeners }: MetaParts) =>
  routes()
    .openapi(health, async (c) => {
      checkListeners()
      await store.check()
      return c.json({ ok: true as const }, 200)
    })
    .openapi(version, (c) => c.json(versionNow(), 200))
    .openapi(rejections, async (c) => c.json({ rejections: await store.rejections(c.req.valid('query').limit) }, 200))
    .openapi(schemes, (c) => c.json({ schemes: [...SCHEMES] }, 200))
    .openapi(verify, async (c) => c.json(await verifyGiven(c.req.valid('json'), c.req.raw.signal), 200))
    .openapi(templates, (c) =>
      c.json(
        {
          templates: TEMPLATES.map(({ id, name, source, events }) => ({
            id,
            name,
            source,
            events: events.map((event) => event.type),
          })),
        },
        200,
      ),
    )
