import { expect, test } from 'vitest'
import type { Endpoint } from '../../../shared/endpoint.ts'
import { parseHeaders } from '../../../web/endpoint/answer-fields.tsx'
import { Endpoints } from '../../../web/endpoint/endpoints.ts'
import { findEndpoint, nameOf } from '../../../web/names.ts'
import { aSummary } from '../a-summary.ts'

const anEndpoint = (said: Partial<Endpoint> = {}): Endpoint => ({
  id: 'ef62fe6d-2ca0-42a5-831d-5ab8457bcac6',
  url: 'http://127.0.0.1:4665/ef62fe6d-2ca0-42a5-831d-5ab8457bcac6',
  createdAt: 1,
  answer: { default: {} },
  forwards: [],
  handshakes: false,
  cors: false,
  captures: 2,
  lastSeq: 10,
  asOf: 10,
  ...said,
})

async function endpointsWith(...all: Endpoint[]) {
  const refuse = () => Promise.reject(new Error('not asked for here'))
  const endpoints = new Endpoints({
    endpoints: async () => all,
    addEndpoint: refuse,
    updateEndpoint: refuse,
    removeEndpoint: refuse,
  })
  await endpoints.load()
  return endpoints
}

test('the counter follows arrivals and deletions, and what the list already counted is not counted twice', async () => {
  const endpoint = anEndpoint()
  const endpoints = await endpointsWith(endpoint)
  const arrival = (seq: number) => ({
    type: 'capture' as const,
    seq,
    endpoint: endpoint.id,
    capture: aSummary({ seq, endpoint: endpoint.id }),
  })
  endpoints.take([arrival(9), arrival(10), arrival(11), arrival(12), arrival(12)])
  expect(endpoints.all.value[0]?.captures).toBe(4)
  endpoints.take([{ type: 'deleted', seq: 13, endpoint: endpoint.id, ids: ['c11'] }])
  expect(endpoints.all.value[0]?.captures).toBe(3)
  endpoints.take([{ type: 'deleted', seq: 14, endpoint: endpoint.id, query: '' }])
  expect(endpoints.all.value[0]?.captures).toBe(0)
})

test('a deletion that the list or an endpoint frame has counted already is not counted again', async () => {
  const endpoint = anEndpoint({ captures: 5, lastSeq: 10, asOf: 12 })
  const endpoints = await endpointsWith(endpoint)
  const deleted = (seq: number, ids: string[]) => ({ type: 'deleted' as const, seq, endpoint: endpoint.id, ids })
  endpoints.take([deleted(11, ['c1']), deleted(12, ['c2', 'c3'])])
  expect(endpoints.all.value[0]?.captures).toBe(5)
  // The frame was written when 14 had happened already: 14 is in its counters.
  endpoints.take([
    { type: 'endpoint', seq: 13, endpoint: { ...endpoint, name: 'Changed', captures: 4, asOf: 14 } },
    deleted(14, ['c4']),
    deleted(15, ['c5']),
  ])
  expect(endpoints.all.value[0]).toMatchObject({ name: 'Changed', captures: 3, asOf: 15 })
})

test('what the feed says while the list is under way is applied to the list as far as it is newer', async () => {
  const endpoint = anEndpoint({ captures: 7, lastSeq: 20, asOf: 20 })
  let answer: (all: Endpoint[]) => void = () => undefined
  const refuse = () => Promise.reject(new Error('not asked for here'))
  const endpoints = new Endpoints({
    endpoints: () => new Promise<Endpoint[]>((done) => (answer = done)),
    addEndpoint: refuse,
    updateEndpoint: refuse,
    removeEndpoint: refuse,
  })
  const loading = endpoints.load()
  const arrival = (seq: number) => ({
    type: 'capture' as const,
    seq,
    endpoint: endpoint.id,
    capture: aSummary({ seq, endpoint: endpoint.id }),
  })
  endpoints.take([arrival(20), arrival(21)])
  answer([endpoint, anEndpoint({ id: '00000000-0000-4000-8000-000000000000', asOf: 19 })])
  expect(await loading).toBe(19)
  expect(endpoints.all.value[0]).toMatchObject({ captures: 8, lastSeq: 21 })
})

test('the answer to a change brings settings, and no counters older than those the feed has told', async () => {
  const endpoint = anEndpoint()
  const refuse = () => Promise.reject(new Error('not asked for here'))
  const endpoints = new Endpoints({
    endpoints: async () => [endpoint],
    addEndpoint: refuse,
    updateEndpoint: async () => ({ ...endpoint, name: 'Changed', asOf: 11 }),
    removeEndpoint: refuse,
  })
  await endpoints.load()
  const changing = endpoints.change(endpoint.id, { name: 'Changed' })
  endpoints.take([
    { type: 'capture', seq: 12, endpoint: endpoint.id, capture: aSummary({ seq: 12, endpoint: endpoint.id }) },
  ])
  await changing
  expect(endpoints.all.value[0]).toMatchObject({ name: 'Changed', captures: 3, lastSeq: 12, asOf: 12 })
})

test('endpoints made, changed and removed elsewhere appear here', async () => {
  const endpoints = await endpointsWith(anEndpoint())
  const other = anEndpoint({ id: '00000000-0000-4000-8000-000000000000', alias: 'other' })
  endpoints.take([{ type: 'endpoint', seq: 11, endpoint: { ...other, asOf: 11 } }])
  expect(endpoints.all.value).toHaveLength(2)
  endpoints.take([{ type: 'endpoint', seq: 12, endpoint: { ...other, name: 'Other', asOf: 12 } }])
  expect(endpoints.all.value.map(nameOf)).toEqual(['ef62fe6d…', 'Other'])
  endpoints.take([{ type: 'endpoint', seq: 13, endpoint: other, removed: true }])
  expect(endpoints.all.value).toHaveLength(1)
})

test('an endpoint is found by alias, and by id in either case', () => {
  const all = [anEndpoint({ alias: 'orders' })]
  expect(findEndpoint(all, 'orders')).toBe(all[0])
  expect(findEndpoint(all, 'EF62FE6D-2CA0-42A5-831D-5AB8457BCAC6')).toBe(all[0])
  expect(findEndpoint(all, 'nothing')).toBeUndefined()
})

test('answer headers are read a line each, with order, case, repeats and colons in values kept', () => {
  expect(parseHeaders('X-A: 1\nx-a:2\n\nLocation: http://a:1/')).toEqual([
    ['X-A', '1'],
    ['x-a', '2'],
    ['Location', 'http://a:1/'],
  ])
})
