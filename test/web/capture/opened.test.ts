import { expect, test } from 'vitest'
import type { Capture } from '../../../shared/capture.ts'
import type { Diagnosis } from '../../../shared/diagnosis.ts'
import type { Endpoint } from '../../../shared/endpoint.ts'
import { Opened } from '../../../web/capture/opened.ts'
import { aSummary } from '../a-summary.ts'

const aCapture = (id: string): Capture => ({
  ...aSummary({ seq: 1, id, verdict: { kind: 'invalid' } }),
  httpVersion: '1.1',
  remoteAddress: '127.0.0.1',
  headers: [],
  trailers: [],
  bodySha256: '',
  answered: { status: 200, headers: [], bodyBase64: '', ms: 1 },
})

/** A server whose diagnoses come when the test says so, and that hears when one is called off. */
function aServer() {
  const asked: { id: string; signal: AbortSignal | undefined; answer: (found: Diagnosis) => void }[] = []
  const unused = () => Promise.reject(new Error('Not asked for here.'))
  const opened = new Opened({
    capture: async (id) => aCapture(id),
    deliveries: async () => [],
    diagnose: (id, _, signal) =>
      new Promise((answer, refuse) => {
        signal?.addEventListener('abort', () => refuse(signal.reason))
        asked.push({ id, signal, answer })
      }),
    updateCapture: unused,
    removeCapture: unused,
    delivery: unused,
    replay: unused,
  })
  return { opened, asked }
}

const found: Diagnosis = { verdict: { kind: 'invalid' }, causes: [], suggestions: [] }

test('a diagnosis is asked for once, however often the page is drawn meanwhile', async () => {
  const { opened, asked } = aServer()
  await opened.open('c1')
  const first = opened.diagnose()
  void opened.diagnose()
  expect(opened.diagnosis.value).toEqual({ kind: 'busy' })
  expect(asked).toHaveLength(1)
  asked[0]?.answer(found)
  await first
  expect(opened.diagnosis.value).toEqual({ kind: 'found', diagnosis: found })
})

test('leaving the capture calls its diagnosis off, and nothing of it is shown with the next one', async () => {
  const { opened, asked } = aServer()
  await opened.open('c1')
  const first = opened.diagnose()
  await opened.open('c2')
  await first
  expect(asked[0]?.signal?.aborted).toBe(true)
  expect(opened.diagnosis.value).toEqual({ kind: 'none' })
})

test('leaving the card calls off what is still looked for, and keeps what was found', async () => {
  const { opened, asked } = aServer()
  await opened.open('c1')
  const first = opened.diagnose()
  opened.stopDiagnosis()
  await first
  expect(asked[0]?.signal?.aborted).toBe(true)
  expect(opened.diagnosis.value).toEqual({ kind: 'none' })
  const second = opened.diagnose()
  asked[1]?.answer(found)
  await second
  opened.stopDiagnosis()
  expect(opened.diagnosis.value.kind).toBe('found')
})

test('a late verdict and other settings make it ask anew; another endpoint’s settings do not', async () => {
  const { opened, asked } = aServer()
  await opened.open('c1')
  const first = opened.diagnose()
  asked[0]?.answer(found)
  await first
  const endpoint = (id: string) => ({ id }) as Endpoint // its id is all that is looked at
  opened.take([{ type: 'endpoint', seq: 2, endpoint: endpoint('another') }])
  expect(opened.diagnosis.value.kind).toBe('found')
  opened.take([{ type: 'endpoint', seq: 3, endpoint: endpoint('e1') }])
  expect(opened.diagnosis.value.kind).toBe('none')
  const second = opened.diagnose()
  opened.take([{ type: 'updated', seq: 4, endpoint: 'e1', capture: aSummary({ seq: 1, id: 'c1' }) }])
  await second
  expect(asked[1]?.signal?.aborted).toBe(true)
  expect(opened.diagnosis.value.kind).toBe('none')
})
