/** The OpenAPI document: made from the routes, whole, and true of what they answer. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createApi } from '../../../server/api/app.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { type ApiAnswer, apiClient } from '../../support/api-client.ts'

type Json = Record<string, unknown>
interface Answer {
  $ref?: string
  content?: Record<string, { schema: Json }>
}
interface Operation {
  summary?: string
  security?: unknown
  responses: Record<string, Answer>
  requestBody?: { content: Record<string, { schema: Json }> }
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  security: Json[]
  components: {
    schemas: Record<string, Json>
    responses: Record<string, Answer>
    securitySchemes: Record<string, Json>
  }
}

let inspector: TestInspector
let document: Document
beforeAll(async () => {
  inspector = await anInspector()
  document = (await (await fetch(`${inspector.inspector}/api/openapi.json`)).json()) as Document // what the tests look at
})
afterAll(() => inspector.close())

test('every route that the router has is described, and nothing else', () => {
  const nobody = () => {
    throw new Error('Not asked for.')
  }
  const app = createApi({
    store: inspector.store,
    recheckProgress: nobody,
    diagnose: nobody,
    verify: nobody,
    warm: nobody,
    now: Date.now,
    log: () => undefined,
    policy: nobody,
    publicBase: nobody,
    captureBase: nobody,
    publicUrl: undefined,
    testKeys: nobody,
    version: nobody,
    checkListeners: nobody,
  })
  const routed = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/api/openapi.json') // the document need not describe itself
    .map(({ method, path }) => `${method} ${path.replace(/:([^/]+)/g, '{$1}')}`)
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(described.sort()).toEqual([...new Set(routed)].sort())
})

test('every reference leads somewhere, and every operation says what it does', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference]) => reference as string,
  )
  expect(references.length).toBeGreaterThan(20)
  for (const reference of references) {
    let place: unknown = document
    for (const key of reference.replace(/^#\//, '').split('/')) place = (place as Json)[key]
    expect(place, reference).toBeTypeOf('object')
  }
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      expect(operation, `${method} ${path}`).toMatchObject({ summary: expect.any(String) })
      for (const [status, answer] of Object.entries(operation.responses))
        if (Number(status) >= 400)
          expect(Object.keys(resolved(answer)?.content ?? {}), `${method} ${path} ${status}`).toEqual([
            'application/problem+json',
          ])
    }
})

/** A common answer is declared once, and referred to. */
const resolved = (answer: Answer | undefined): Answer | undefined =>
  answer?.$ref === undefined ? answer : document.components.responses[answer.$ref.split('/').at(-1) ?? '']

/** The check that a described answer stands for; undefined where no JSON is described. */
function checkOf(path: string, method: string, status: number): z.ZodType | undefined {
  const described = resolved(document.paths[path]?.[method.toLowerCase()]?.responses[status])
  expect(described, `${method} ${path} answers ${status}, which is not described`).toBeDefined()
  const schema = Object.entries(described?.content ?? {}).find(([type]) => /json/.test(type))?.[1].schema
  if (schema === undefined) return undefined
  const local = JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  )
  return z.fromJSONSchema(JSON.parse(local))
}

test('every answer is as it is described, the refusals too', async () => {
  let checked = 0
  const asked: { method: string; path: string; answer: ApiAnswer }[] = []
  const api = apiClient(inspector.inspector, (method, path, answer) => asked.push({ method, path, answer }))
  const { json } = await api('POST', '/api/endpoints', {
    alias: 'described',
    name: 'x',
    signing: { scheme: 'github', secrets: ['a-secret-of-some-length'] },
    keep: { captures: 9 },
  })
  const { id } = json as { id: string }
  const hook = await fetch(`${inspector.capture}/described/a?b`, { method: 'POST', body: '{"type":"a"}' })
  const capture = hook.headers.get('hookwell-capture') ?? ''
  await fetch(`${inspector.capture}/nobody`, { method: 'POST', body: 'x' })
  await api('GET', '/api/endpoints')
  await api('GET', `/api/endpoints/${id}`)
  await api('PATCH', `/api/endpoints/${id}`, { eventType: '/type' })
  await api('PATCH', `/api/endpoints/${id}`, { alias: 'NO' })
  await api('POST', '/api/endpoints', { alias: 'described' })
  await api('POST', '/api/endpoints', { id: 'x' })
  await api('GET', '/api/endpoints/nobody')
  await api('GET', `/api/endpoints/${id}/recheck`)
  await api('GET', `/api/endpoints/${id}/captures`)
  await api('GET', `/api/endpoints/${id}/captures?limit=0`)
  await api('GET', `/api/captures/${capture}`)
  await api('GET', '/api/captures/nobody')
  await api('PATCH', `/api/captures/${capture}`, { note: 'n', tags: ['t'] })
  await api('PATCH', `/api/captures/${capture}`, { note: 5 })
  await api('GET', `/api/captures/${capture}/body`)
  const sent = await api('POST', `/api/endpoints/${id}/send`, { template: 'shoprocket' })
  expect(sent.status).toBe(200)
  await api('POST', `/api/captures/${capture}/replay`, { target: 'http://127.0.0.1:1/' })
  await api('POST', `/api/captures/${capture}/replay`, { target: 'http://169.254.169.254/' })
  await api('GET', `/api/captures/${capture}/deliveries`)
  await api('GET', `/api/deliveries/${(sent.json as { id: string }).id}`)
  await api('POST', `/api/captures/${capture}/diagnose`, {})
  await api('POST', '/api/verify', {
    scheme: 'github',
    secret: 's',
    method: 'POST',
    url: 'http://x/',
    headers: [],
    bodyBase64: '',
  })
  for (const name of ['health', 'version', 'schemes', 'templates', 'rejections']) await api('GET', `/api/${name}`)
  await api('POST', '/api/schemes/code', { scheme: 'github' })
  await api('POST', '/api/schemes/code', { scheme: 'nobody' })
  await api('GET', '/api/schemes/discord/test-key')
  await api('GET', '/api/schemes/github/test-key')
  await api('GET', '/api/schemes/nobody/test-key')
  await api('DELETE', `/api/endpoints/${id}/captures`)
  await api('DELETE', `/api/captures/${capture}`)
  await api('DELETE', `/api/endpoints/${id}`)
  for (const { method, path, answer } of asked) {
    const described = describedPath(method, path)
    const check = checkOf(described, method, answer.status)
    if (check === undefined) continue
    const result = check.safeParse(answer.json)
    expect(result.error?.issues, `${method} ${path} ${answer.status}`).toBeUndefined()
    checked++
  }
  expect(checked).toBeGreaterThan(25)
  const operations = new Set(asked.map(({ method, path }) => `${method} ${describedPath(method, path)}`))
  const all = Object.entries(document.paths).flatMap(([path, each]) =>
    Object.keys(each).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect([...operations].sort()).toEqual(all.sort())
})

function describedPath(method: string, path: string): string {
  const [bare = ''] = path.split('?')
  const found = Object.entries(document.paths).find(
    ([pattern, operations]) =>
      method.toLowerCase() in operations && new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(bare),
  )
  return found?.[0] ?? bare
}

test('what meets every request is described for every operation: the token, the refusals of the gate, bodies that are not taken', async () => {
  expect(document.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } })
  expect(document.security).toEqual([{}, { token: [] }])
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { responses, requestBody }] of Object.entries(operations)) {
      const statuses = Object.keys(responses)
      const wanted = ['400', '401', '403', '421', '500', ...(requestBody === undefined ? [] : ['413', '415'])]
      expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(wanted))
    }
  await using locked = await anInspector({ token: 'a-long-token' })
  const refusals: [string, RequestInit, number][] = [
    [`${locked.inspector}/api/endpoints`, { method: 'GET' }, 401],
    [`${inspector.inspector}/api/endpoints`, { method: 'GET', headers: { origin: 'http://elsewhere.example' } }, 403],
    [`${inspector.inspector}/api/endpoints`, { method: 'GET', headers: { via: '1.1 proxy' } }, 403],
    [`${inspector.inspector}/api/endpoints`, { method: 'POST', body: 'x' }, 415],
  ]
  for (const [url, init, status] of refusals) {
    const response = await fetch(url, init)
    expect(response.status).toBe(status)
    const check = checkOf('/api/endpoints', init.method ?? '', status)
    expect(check?.safeParse(await response.json()).success, `${status}`).toBe(true)
  }
})

test('every operation that writes says what it answers when nothing can be written', () => {
  const asking = ['/api/verify', '/api/schemes/code', '/api/captures/{id}/diagnose', '/api/captures/{id}/replay'] // these keep nothing, or must not fail by it
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(operations)) {
      const writes = method !== 'get' && !asking.includes(path)
      if (writes) expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['503', '507']))
    }
})

test('a check made from the document does refuse what does not fit', () => {
  expect(checkOf('/api/endpoints', 'GET', 200)?.safeParse({ endpoints: [{ id: 5 }] }).success).toBe(false)
})
