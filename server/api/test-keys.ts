/** The public half of a local test key: what an app is given in place of the provider's, to take replays that are signed with it. */
import type { KeyObject } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '../../shared/errors.ts'
import { findDefinition } from '../signatures/schemes.ts'
import { type KeyKind, keyKindOf, publicForms, publicKeyFor } from '../signatures/test-key.ts'
import { invalid, json, notFound, routes } from './contract.ts'

export interface TestKeyParts {
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
  request: { params: z.object({ scheme: z.string() }) },
  responses: { 200: json(TestKey, 'The public key.'), ...notFound, ...invalid },
})

export const testKeyRoutes = ({ testKeys }: TestKeyParts) =>
  routes().openapi(read, async (c) => {
    const { scheme } = c.req.valid('param')
    const definition = findDefinition(scheme)
    if (definition === undefined)
      throw new AppError('not_found', `There is no scheme ${JSON.stringify(scheme)}.`, {
        hint: 'GET /api/schemes lists them.',
      })
    const { row } = definition
    const kind = keyKindOf(row)
    if (kind === undefined)
      throw new AppError('invalid_input', 'This scheme needs no test key: both sides share a secret.', {
        hint: 'Replay with `sign: "resign"`; the endpoint\'s secret signs.',
      })
    const key = await testKeys(kind)
    return c.json({ publicKey: publicKeyFor(row, key), enc: row.key.enc, forms: publicForms(key) }, 200)
  })
