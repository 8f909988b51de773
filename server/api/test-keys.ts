/** The public half of a local test key: what an app is given in place of the provider's, to take replays that are signed with it. */
import type { KeyObject } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '../../shared/errors.ts'
import type { Definition } from '../signatures/definition.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { findDefinition } from '../signatures/schemes.ts'
import { type KeyKind, keyKindOf, publicForms, publicKeyFor } from '../signatures/test-key.ts'
import type { Store } from '../store/store.ts'
import { invalid, json, notFound, routes } from './contract.ts'
import { known } from './endpoints.ts'

export interface TestKeyParts {
  readonly store: Store
  readonly testKeys: (kind: KeyKind) => Promise<KeyObject>
}

const TestKey = z
  .object({
    publicKey: z.string().describe("In the form in which the provider's own key is set."),
    enc: z.string().describe("That form: the scheme's `key.enc`."),
    forms: z.array(z.object({ label: z.string(), text: z.string() })).describe('The same key in other forms.'),
  })
  .meta({ id: 'TestKey' })

const read = createRoute({
  method: 'get',
  path: '/schemes/{scheme}/test-key',
  tags: ['Signatures'],
  summary: 'The public half of the local test key for a scheme',
  description:
    'For providers that sign with a private key of their own. Made on first use and kept with the data; the private half is never given out. Whoever sets it as the public key in an app can replay to it with `sign: "resign"` and `testKey: true`.',
  request: {
    params: z.object({ scheme: z.string().describe('A scheme of the table, or `custom`.') }),
    query: z.object({
      endpoint: z
        .string()
        .optional()
        .describe(
          'For `custom`: id or alias of the endpoint whose own scheme it is, since its row says which key it takes.',
        ),
    }),
  },
  responses: { 200: json(TestKey, 'The public key.'), ...notFound, ...invalid },
})

export const testKeyRoutes = ({ store, testKeys }: TestKeyParts) =>
  routes().openapi(read, async (c) => {
    const { row } = askedDefinition(store, c.req.valid('param').scheme, c.req.valid('query').endpoint)
    const kind = keyKindOf(row)
    if (kind === undefined)
      throw new AppError('invalid_input', 'This scheme needs no test key: both sides share a secret.', {
        hint: 'Replay with `sign: "resign"`; the endpoint\'s secret signs.',
      })
    const key = await testKeys(kind)
    return c.json({ publicKey: publicKeyFor(row, key), enc: row.key.enc, forms: publicForms(key) }, 200)
  })

/** @throws AppError `not_found`; `invalid_input` for `custom` without an endpoint that has a scheme of its own */
function askedDefinition(store: TestKeyParts['store'], scheme: string, endpoint: string | undefined): Definition {
  if (scheme !== 'custom') {
    const definition = findDefinition(scheme)
    if (definition === undefined)
      throw new AppError('not_found', `There is no scheme ${JSON.stringify(scheme)}.`, {
        hint: 'GET /api/schemes lists them.',
      })
    return definition
  }
  if (endpoint === undefined)
    throw new AppError('invalid_input', 'A scheme of your own belongs to an endpoint, and none is named.', {
      hint: 'Name it with `?endpoint=` and its id or alias.',
      issues: [{ path: 'endpoint', message: 'Missing.' }],
    })
  const { signing } = known(store, endpoint)
  const definition = signing?.scheme === 'custom' ? definitionOf(signing) : undefined
  if (definition === undefined)
    throw new AppError('invalid_input', `The endpoint ${JSON.stringify(endpoint)} has no scheme of its own.`, {
      hint: 'Ask for the scheme that it has, by its id.',
      issues: [{ path: 'endpoint', message: 'It has no scheme of its own.' }],
    })
  return definition
}
