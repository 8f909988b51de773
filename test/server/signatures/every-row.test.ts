/**
 * Whether the tests would notice: each row is changed in every part of what it says, and some request that is rightly signed must then no
 * longer be found so. A row that may say something else without anybody noticing is not tested.
 */
import { describe, expect, test } from 'vitest'
import { CANONICAL, type Scheme } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../../../server/signatures/definition.ts'
import type { SignedRequest } from '../../../server/signatures/request.ts'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { compileScheme } from '../../../server/signatures/verify.ts'
import { BY_HAND, NOW } from './by-hand.ts'
import { publicKeyOf, requestOf, vectors } from './vectors.ts'

interface Evidence {
  readonly request: SignedRequest
  readonly credentials: Credentials
  /** Unix milliseconds. */
  readonly now: number
}

function evidenceFor(id: string): Evidence[] {
  const published = vectors
    .filter(({ provider, expected }) => provider === id && expected === 'valid')
    .map((vector): Evidence => {
      const publicKey = publicKeyOf(vector)
      return {
        request: requestOf(vector),
        credentials: {
          secrets: publicKey === undefined ? [{ id: 's1', value: vector.secret }] : [],
          publicKeys: publicKey === undefined ? [] : [publicKey],
          extra: vector.extra ?? {},
        },
        now: vector.now * 1000,
      }
    })
  const made = BY_HAND.filter((each) => each.id === id)
  return [...published, ...made.map(({ request, credentials }): Evidence => ({ request, credentials, now: NOW }))]
}

const accepts = (definition: Definition, { request, credentials, now }: Evidence): boolean => {
  const verdict = compileScheme(definition, credentials)(request, now)
  return verdict.kind === 'valid' && (verdict.freshness ?? 'fresh') === 'fresh'
}

const DAY_MS = 86_400_000

/** What comes out on time, a day late and a day early. */
const outcomes = (definition: Definition, each: Evidence): string =>
  [0, DAY_MS, -DAY_MS].map((shift) => accepts(definition, { ...each, now: each.now + shift })).join()

/** The content with each piece left out, and with each two in each other's place. */
function otherContents(content: string): string[] {
  const pieces = content.match(/\{[^}]*\}|[^{]+/g) ?? []
  const less = pieces.map((_, out) => pieces.filter((_, i) => i !== out))
  const swapped = pieces.flatMap((a, i) =>
    pieces.slice(i + 1).map((b, j) => pieces.map((piece, at) => (at === i ? b : at === i + 1 + j ? a : piece))),
  )
  return [...less, ...swapped].map((each) => each.join('')).filter((each) => each !== content)
}

const OTHER_ALG: Partial<Record<Scheme['alg'], Scheme['alg']>> = {
  'hmac-sha256': 'hmac-sha1',
  'hmac-sha1': 'hmac-sha256',
  'rsa-sha256': 'rsa-sha1',
  'hash-sha256': 'hmac-sha256',
}

/** Rows that say something else. */
function mutants(row: Scheme): [what: string, row: Scheme][] {
  const { sig, key, ts, id } = row
  const changed: [string, Scheme][] = otherContents(row.content).map((content) => [content, { ...row, content }])
  const alg = OTHER_ALG[row.alg]
  if (alg !== undefined) changed.push([alg, { ...row, alg }])
  const enc = sig.enc === 'hex' ? 'base64' : 'hex'
  changed.push([`in ${enc}`, { ...row, sig: { ...sig, enc } }])
  changed.push(['another name', { ...row, sig: { ...sig, name: 'x-nobody', aliases: [] } }])
  if (sig.prefix !== undefined) changed.push(['no prefix', { ...row, sig: { ...sig, prefix: undefined } }])
  if (sig.field !== undefined) changed.push(['another field', { ...row, sig: { ...sig, field: 'x9' } }])
  if (!row.alg.includes('-p256') && !row.alg.startsWith('rsa')) {
    const other = key.enc === 'hex' ? 'utf8' : 'hex'
    changed.push([`key in ${other}`, { ...row, key: { ...key, enc: other } }])
  }
  if (key.strip !== undefined) changed.push(['nothing before the key', { ...row, key: { ...key, strip: [] } }])
  if (ts !== undefined) {
    const unit = ts.unit === 's' ? 'ms' : 's'
    changed.push([`time in ${unit}`, { ...row, ts: { ...ts, unit } }])
    changed.push(['time elsewhere', { ...row, ts: { ...ts, name: 'x-no-time', required: true } }])
  }
  if (id !== undefined) changed.push(['id elsewhere', { ...row, id: { name: 'x-no-id' } }])
  return changed
}

/** Those whose signed content the row spells. The others' code is tested provider by provider; tokens sign nothing. */
const SPELLED = SCHEMES.flatMap(({ id, row }) => {
  const definition = findDefinition(id)
  const isSpelled = definition?.code?.contents === undefined && row.content !== CANONICAL
  return definition !== undefined && isSpelled && row.alg !== 'token' && row.alg !== 'jwt' ? [definition] : []
})

describe('whatever else a row would say, a request that is rightly signed would be refused', () => {
  test.each(SPELLED.map((definition) => [definition.id, definition] as const))('%s', (id, definition) => {
    const evidence = evidenceFor(id)
    const accepted = evidence.filter((each) => accepts(definition, each))
    expect(accepted.length).toBeGreaterThan(0)
    const unnoticed = mutants(definition.row).filter(([, row]) =>
      accepted.every((each) => outcomes({ ...definition, row }, each) === outcomes(definition, each)),
    )
    expect(unnoticed.map(([what]) => what)).toEqual([])
  })
})

describe('what was signed by hand', () => {
  test.each(BY_HAND.map((each) => [each.id, each] as const))('is valid, and for nobody else: %s', (id, each) => {
    const definition = findDefinition(id)
    if (definition === undefined) throw new Error(`no scheme ${id}`)
    expect(accepts(definition, { ...each, now: NOW })).toBe(true)
    const others = each.credentials.secrets.map(({ value }) => ({ id: 's2', value: otherSecret(value) }))
    const credentials = { ...each.credentials, secrets: others, publicKeys: [] }
    expect(accepts(definition, { ...each, credentials, now: NOW })).toBe(false)
  })
})

/** As readable as the secret it stands for: one of its digits is another. */
const otherSecret = (value: string): string => value.slice(0, -5) + (value.at(-5) === '1' ? '2' : '1') + value.slice(-4)
