/** What holds for every diagnosis, whatever it found: no secret in it, sentences that people understand, and bounds on what it costs. */
import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../../../shared/diagnosis.ts'
import { DIFFERENCE_BYTES, SIGNED_SHOWN_BYTES } from '../../../../shared/limits.ts'
import { diagnose, type SettingsToTry } from '../../../../server/signatures/diagnose.ts'
import { SCHEMES } from '../../../../server/signatures/schemes.ts'
import { aRequest } from '../vectors.ts'
import {
  deliver,
  explained,
  type Family,
  GITHUB,
  NOW,
  SECRET,
  settings,
  SQUARE,
  STANDARD,
  STRIPE,
  URL,
} from './faults.ts'

const FAMILIES: readonly Family[] = [GITHUB, STRIPE, STANDARD, SQUARE]
const BODY = '{"a": 1.5, "b": [1, 2], "c": "é/"}'

/** Diagnoses of all kinds of faults, with the secrets that went into them. */
function* all(): Generator<{ diagnosis: Diagnosis; secrets: readonly string[] }> {
  const other = 'canary of another endpoint 0123456789'
  const others = [{ name: 'billing', secrets: [other] }]
  for (const family of FAMILIES) {
    const secrets = [family.secret, other]
    const say = (request: ReturnType<typeof deliver>, given = family.secret) => ({
      diagnosis: diagnose(
        { settings: settings(family.scheme, given), request, others, signedUrl: { url: URL, from: 'host' } },
        NOW,
      ),
      secrets,
    })
    yield say(deliver(family, BODY))
    yield say(deliver(family, BODY, { body: JSON.stringify(JSON.parse(BODY)) }))
    yield say(deliver(family, BODY, { body: `${BODY}\n` }))
    yield say(deliver(family, BODY, { body: Buffer.from(BODY).toString('base64') }))
    yield say(deliver(family, BODY, { secret: other }))
    yield say(deliver(family, BODY, { secret: Buffer.from(other) }))
    yield say(deliver(family, BODY, { secret: 'nobody knows this one' }))
    yield say(deliver(family, BODY), ` "${family.secret}"\n`)
    yield say(deliver(family, BODY, { url: 'http://shop.example/hook' }))
    yield say(deliver(family, BODY, { hash: 'sha1' }))
    yield say(deliver(family, BODY, { enc: 'base64url' }))
    yield say(
      aRequest({
        url: URL,
        text: BODY,
        headers: ['X-Renamed', createHmac('sha256', family.secret).update(BODY).digest('hex')],
      }),
    )
    yield say(aRequest({ url: URL, text: BODY, headers: ['X-Token', family.secret, 'X-Other', other] }))
  }
  for (const { id, row } of SCHEMES) {
    const headers = row.sig.in === 'header' ? [row.sig.name, (row.sig.prefix ?? '') + other] : ['X-Other', other]
    const request = aRequest({ url: URL, text: BODY, headers })
    yield {
      diagnosis: diagnose({ settings: settings(id, SECRET), request, others }, NOW),
      secrets: row.alg === 'token' ? [SECRET, other] : [SECRET],
    }
    yield {
      diagnosis: diagnose({ settings: settings(id, SECRET), request: aRequest({ text: BODY }), others }, NOW),
      secrets: [SECRET, other],
    }
  }
}

describe('every diagnosis', () => {
  const diagnoses = [...all()]

  test('holds no secret, in no encoding', () => {
    for (const { diagnosis, secrets } of diagnoses) {
      const { received: _, ...own } = diagnosis // what came is the sender's own value
      const text = JSON.stringify(own) + Buffer.from(own.signedBase64 ?? '', 'base64').toString('latin1')
      for (const secret of secrets)
        for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const)
          expect(text).not.toContain(Buffer.from(secret).toString(form).replace(/=+$/, ''))
    }
  })

  test('of a token says nothing of what came, which may be the secret of another', () => {
    for (const { diagnosis } of diagnoses.filter((each) => each.diagnosis.verdict.scheme === 'gitlab-token'))
      expect(diagnosis).not.toHaveProperty('received')
  })

  test('says in plain sentences what is wrong, and what to do', () => {
    const causes = diagnoses.flatMap(({ diagnosis }) => diagnosis.causes)
    expect(new Set(causes.map(({ id }) => id)).size).toBeGreaterThan(12)
    for (const { title, detail, remedy, evidence } of causes) {
      expect(title).toMatch(/^[A-Z].{4,60}[^.]$/)
      expect(detail).toMatch(/^[A-Z“"].{15,}\.$/s)
      expect(remedy).toMatch(/^[A-Z].{10,}[.)…]$/s)
      expect(evidence).not.toBe('')
      // Names of headers and of settings aside, which are the provider's.
      const words = (title + detail + remedy).replace(/X-[\w-]+/gi, '')
      expect(words).not.toMatch(/\b(?:HMAC|MAC|digest|serialis|serializ|canonical|undefined|NaN)\b/)
    }
  })
})

describe('what a diagnosis costs', () => {
  const items = Array.from({ length: 190 }, (_, i) => ({
    id: i,
    name: `Ünïcode name ${i}`,
    price: i * 1.25,
    url: `https://shop.example/items/${i}`,
    note: 'x'.repeat(40),
  }))
  const large = JSON.stringify({ id: 'evt_1', type: 'order.created', data: items })

  test.each(FAMILIES)('for 25 KB of $scheme that nothing explains is little', (family) => {
    expect(large.length).toBeGreaterThan(24_000)
    const others = Array.from({ length: 10 }, (_, i) => ({ name: `endpoint-${i}`, secrets: [`secret number ${i}`] }))
    const request = deliver(family, large, { secret: 'nobody knows this one' })
    explained(family, request, { others })
    const from = process.cpuUsage()
    const diagnosis = explained(family, request, { others })
    const { user, system } = process.cpuUsage(from) // of this process alone: the machine may be busy otherwise
    const ms = (user + system) / 1000
    expect(diagnosis.causes[0]).toMatchObject({ id: 'mismatch' })
    expect(ms).toBeLessThan(400)
  })

  test('is the check alone where it is valid', () => {
    const request = deliver(GITHUB, large)
    let asked = 0
    const cancelled = () => ++asked > 0
    expect(explained(GITHUB, request, { cancelled }).causes).toEqual([])
    expect(asked).toBe(0)
  })

  test('ends when nobody waits for it, with what the check says', () => {
    let asked = 0
    const request = deliver(GITHUB, large, { body: `${large}\n` })
    const diagnosis = explained(GITHUB, request, { cancelled: () => ++asked > 3 })
    expect(diagnosis.limited).toContain('stopped')
    expect(diagnosis.causes[0]).toMatchObject({ id: 'mismatch', proven: false })
  })

  test('a body over 1 MiB is tried in few ways, which is said, and shown in part', () => {
    const huge = Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(1_200_000, 0x61), Buffer.from('"}')])
    const cheap = explained(GITHUB, deliver(GITHUB, huge, { body: Buffer.concat([huge, Buffer.from('\n')]) }))
    expect(cheap).toMatchObject({ causes: [{ id: 'body_line_ends', proven: true }], signedSize: huge.length })
    expect(cheap.limited).toContain('larger than 1 MiB')
    expect(Buffer.from(cheap.signedBase64 ?? '', 'base64')).toHaveLength(SIGNED_SHOWN_BYTES)
    const { causes } = explained(GITHUB, deliver(GITHUB, huge, { body: JSON.stringify(huge.toString()) }))
    expect(causes[0]).toMatchObject({ id: 'mismatch', proven: false })
  })

  test('without a search only the verdict and what the check says are given', () => {
    const diagnosis = explained(GITHUB, deliver(GITHUB, BODY, { body: `${BODY}\n` }), { tryCauses: false })
    expect(diagnosis).toMatchObject({ verdict: { kind: 'invalid' }, causes: [{ id: 'mismatch', proven: false }] })
  })
})

test('the two excerpts of a difference are short, and begin a little before it', () => {
  const signed = `${'a'.repeat(5000)}x${'b'.repeat(5000)}\n`
  const arrived = signed.slice(0, -1)
  const { causes } = explained(GITHUB, deliver(GITHUB, arrived, { body: signed }))
  const body = causes[0]?.body
  expect(body).toMatchObject({ at: 10_001, from: 9921, capturedSize: 10_001, signedSize: 10_002 })
  const long = explained(GITHUB, deliver(GITHUB, `\ufeff${signed}`, { body: signed })).causes[0]?.body
  expect(Buffer.from(long?.signedBase64 ?? '', 'base64')).toHaveLength(DIFFERENCE_BYTES)
})

test('a body of a million spaces costs no more than another', () => {
  const spaces = `${' '.repeat(900_000)}x`
  const from = process.cpuUsage()
  expect(explained(GITHUB, deliver(GITHUB, spaces, { body: 'x' })).causes[0]?.id).toBe('body_line_ends')
  const { user, system } = process.cpuUsage(from)
  expect((user + system) / 1000).toBeLessThan(2000)
})

test('random bytes in every place are looked at without an error', () => {
  for (let i = 0; i < 60; i++) {
    const bytes = randomBytes(200)
    const odd = bytes.toString('latin1')
    const scheme = SCHEMES[i % SCHEMES.length]
    const name = scheme?.row.sig.name || 'X-Any'
    const url = `https://a.example/x?${odd}`
    const request = aRequest({
      url,
      body: bytes,
      headers: [name, odd, odd, name, 'Forwarded', odd, 'X-Forwarded-Host', odd],
    })
    expect(() => diagnose({ settings: settings(scheme?.id, odd), request }, NOW)).not.toThrow()
    expect(() => diagnose({ settings: settings(undefined, odd), request }, NOW)).not.toThrow()
  }
})

test('half a character, which no URL can hold, does no harm wherever it stands', () => {
  const half = '\ud800'
  const sig = { in: 'query', name: half, enc: 'hex' } as const
  const custom = { alg: 'hmac-sha256', key: { enc: 'utf8' }, sig, content: '{url}{body}' } as const
  const headers = ['X-Sig', 'ab'.repeat(32), half, half, 'X-Forwarded-Host', half, 'Content-Type', half]
  for (const text of ['{"a":"\\ud800","\\udc00":{"b":"\\ud800"}}', `a=${half}`, half]) {
    const request = aRequest({ url: `https://a.example/${half}?${half}=${half}`, text, headers })
    const given: readonly SettingsToTry[] = [
      { ...settings('custom', half), custom },
      ...['twilio', 'contentful', 'atlassian-connect', 'square', undefined].map((scheme) => settings(scheme, half)),
    ]
    for (const each of given) {
      const others = [{ name: half, secrets: [half, SECRET] }]
      expect(() => diagnose({ settings: each, request, others }, NOW)).not.toThrow()
    }
  }
})
