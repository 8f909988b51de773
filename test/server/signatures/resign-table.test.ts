/** All of the table: whatever was signed long ago by any scheme is valid and fresh when signed anew, and wrong when corrupted. */
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { CANONICAL, type Scheme } from '../../../shared/scheme.ts'
import { withoutAuthority } from '../../../shared/target.ts'
import { compile } from '../../../server/signatures/compile.ts'
import { corrupted } from '../../../server/signatures/corrupt.ts'
import type { Credentials, Definition } from '../../../server/signatures/definition.ts'
import { type Draft, requestOfDraft } from '../../../server/signatures/draft.ts'
import { resign } from '../../../server/signatures/resign.ts'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { keyKindOf, newPrivateKey, publicKeyFor } from '../../../server/signatures/test-key.ts'
import { judge } from '../../../server/signatures/verify.ts'
import { vectors } from './vectors.ts'

const THEN = 1_700_000_000_000
const NOW = 1_767_312_000_456

const DEFINITIONS = SCHEMES.map(({ id }) => findDefinition(id)).filter((each) => each !== undefined)
const SHARED = DEFINITIONS.filter(({ row }) => !usesPublicKey(row))

/** Each algorithm and each form of a key, beside those that the table has. */
const OWN_KEYED: readonly [string, Scheme][] = (['header', 'query'] as const).flatMap((place) =>
  (
    [
      ['ed25519', 'hex'],
      ['ed25519', 'base64'],
      ['ecdsa-p256', 'spki-base64'],
      ['ecdsa-p256', 'jwk'],
      ['rsa-sha1', 'pem'],
      ['rsa-sha256', 'pem'],
      ['rsa-sha256', 'jwk'],
    ] as const
  ).map(([alg, enc]): [string, Scheme] => [
    `${alg}, ${enc}, ${place}`,
    { alg, key: { enc }, sig: { in: place, name: 'X-Sig', enc: 'base64' }, content: '{method}{url}{body}' },
  ]),
)
const BY_KEY = [
  ...DEFINITIONS.filter(({ row }) => usesPublicKey(row)),
  ...OWN_KEYED.map(([id, row]): Definition => ({ id, row })),
]

/** A secret that the row can read. */
const secretFor = ({ key }: Scheme): string => {
  const bytes = Buffer.from('0123456789abcdef0123456789abcdef')
  if (key.enc === 'utf8') return `${key.strip?.[0] ?? ''}0123456789abcdef0123456789abcdef`
  return (key.strip?.[0] ?? '') + bytes.toString(key.enc === 'hex' ? 'hex' : 'base64')
}

/** Every setting that a row names. */
const extraFor = ({ row }: Definition): Record<string, string> => {
  const inContent = [...row.content.matchAll(/\{extra:([^}]*)\}/g)].map(([, name]) => name)
  const names = [row.match?.extra, row.claims?.aud, ...inContent].filter((name) => name !== undefined)
  return Object.fromEntries(names.map((name) => [name, `the-${name}`]))
}

const SNS = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
  Message: 'Hello',
  Timestamp: '2026-01-01T00:00:00.000Z',
  SignatureVersion: '2',
  SigningCertURL: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem',
}

/** What comes from a provider whose signature stands in the body, as far as the scheme needs it; else any event. */
function bodyFor({ id, row }: Definition): string {
  const vector = vectors.find((each) => each.provider === id && each.expected === 'valid' && each.bodyBase64 !== '')
  if (row.sig.in !== 'body' && vector !== undefined && (row.sig.in === 'bodyJson' || row.ts?.in === 'bodyJson'))
    return Buffer.from(vector.bodyBase64, 'base64').toString()
  const body: Record<string, unknown> = { id: 'evt_1', text: 'é \u2028 😀' }
  const put = (path: string, value: unknown) => {
    const keys = path.split('.')
    let at: Record<string, unknown> = body
    keys.slice(0, -1).forEach((key, i) => {
      at[key] ??= /^\d+$/.test(keys[i + 1] ?? '') ? [] : {}
      at = at[key] as Record<string, unknown> // made a line ago
    })
    at[keys.at(-1) ?? ''] ??= value
  }
  if (id === 'aws-sns') Object.assign(body, SNS)
  if (row.sig.in === 'bodyJson') put(row.sig.name, '00')
  if (row.ts?.in === 'bodyJson') put(row.ts.name, row.ts.unit === 'iso' ? new Date(THEN).toISOString() : THEN)
  for (const [, path] of row.content.matchAll(/\{json:([^}]*)\}/g)) put(path ?? '', 'part')
  return row.sig.in === 'body' ? '' : `${JSON.stringify(body, null, 2)}\r\n`
}

const unsigned = (definition: Definition): Draft => {
  const url = 'https://hooks.example/a//b?q=1&c=%7e'
  const headers: [string, string][] = [
    ['Host', 'hooks.example'],
    ['X-First', '1'],
    ['content-type', 'application/json'],
    ...[...definition.row.content.matchAll(/\{header:([^}]*)\}/g)].map(([, name]): [string, string] => [
      name ?? '',
      'signed-too',
    ]),
  ]
  return { method: 'POST', url, target: withoutAuthority(url), headers, body: Buffer.from(bodyFor(definition)) }
}

function resignedWith(
  draft: Draft,
  definition: Definition,
  now: number,
  secret = secretFor(definition.row),
  extra = extraFor(definition),
): Draft {
  const secrets = [{ id: 's', value: secret }]
  const signing = { definition, secrets, extra, captured: requestOfDraft(draft) }
  const result = resign(draft, signing, { now, bodyTime: true })
  if ('says' in result) throw new Error(result.says)
  return result.draft
}

const judged = (draft: Draft, definition: Definition, credentials: Credentials, now = NOW) =>
  judge(compile(definition, credentials), requestOfDraft(draft), now).verdict

const withSecret = (definition: Definition): Credentials => ({
  secrets: [{ id: 's', value: secretFor(definition.row) }],
  extra: extraFor(definition),
})

describe('a shared secret', () => {
  test.each(SHARED.map((definition) => [definition.id, definition] as const))('%s', (_, definition) => {
    const { row } = definition
    const before = resignedWith(unsigned(definition), definition, THEN)
    const old = judged(before, definition, withSecret(definition))
    expect(old.kind).toBe('valid')
    const isTimed = row.ts !== undefined && (row.ts.past !== null || row.ts.future !== null)
    if (isTimed && row.ts?.past !== null) expect(old.freshness).toBe('stale')

    const after = resignedWith(before, definition, NOW)
    const now = judged(after, definition, withSecret(definition))
    expect(now.kind).toBe('valid')
    expect(now.freshness ?? 'fresh').toBe('fresh')
    // Lines keep their place and their name; only what the scheme writes is another.
    expect(after.headers.map(([name]) => name)).toEqual(before.headers.map(([name]) => name))
    expect(after.headers.slice(0, 3)).toEqual(before.headers.slice(0, 3))
    if (row.sig.in === 'header' && row.ts?.in !== 'bodyJson') expect(after.body).toEqual(before.body)

    const wrong = corrupted(after, definition, withSecret(definition))?.draft
    expect(wrong).toBeDefined()
    if (wrong === undefined) return
    expect(judged(wrong, definition, withSecret(definition)).kind).toBe('invalid')
    expect(wrong.headers.map(([name, value]) => [name, value.length])).toEqual(
      after.headers.map(([name, value]) => [name, value.length]),
    )
    expect([wrong.target.length, wrong.body.length]).toEqual([after.target.length, after.body.length])
  })
})

describe('a key of the provider, with a test key in its place', () => {
  test.each(BY_KEY.map((definition) => [definition.id, definition] as const))('%s', async (id, definition) => {
    const kind = keyKindOf(definition.row)
    if (kind === undefined) throw new Error('no kind')
    const testKey = await newPrivateKey(kind)
    const vector = vectors.find((each) => each.provider === id && each.expected === 'valid' && each.bodyBase64 !== '')
    const given = vector === undefined ? unsigned(definition) : draftOf(vector)
    const extra = { ...extraFor(definition), ...vector?.extra }
    const result = resign(given, { definition, secrets: [], testKey, extra }, { now: NOW, bodyTime: true })
    if ('says' in result) throw new Error(result.says)
    const credentials = { secrets: [], publicKeys: [publicKeyFor(definition.row, testKey)], extra }
    expect(judged(result.draft, definition, credentials)).toMatchObject({ kind: 'valid' })
    expect(judged(result.draft, definition, credentials).freshness ?? 'fresh').toBe('fresh')
    const wrong = corrupted(result.draft, definition, credentials)?.draft
    expect(wrong === undefined ? undefined : judged(wrong, definition, credentials).kind).toBe('invalid')
  })
})

const draftOf = ({ method, url, headers, bodyBase64 }: (typeof vectors)[number]): Draft => ({
  method,
  url,
  target: withoutAuthority(url),
  headers: Object.entries(headers),
  body: Buffer.from(bodyBase64, 'base64'),
})

describe('what the providers themselves have signed', () => {
  const signed = vectors.filter(({ expected, secret, provider }) => {
    const definition = findDefinition(provider)
    return expected === 'valid' && secret && definition !== undefined && !usesPublicKey(definition.row)
  })
  test.each(signed.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const definition = findDefinition(vector.provider)
    if (definition === undefined) throw new Error('no scheme')
    const draft = draftOf(vector)
    const extra = vector.extra ?? {}
    const again = resignedWith(draft, definition, NOW, vector.secret, extra)
    const credentials = { secrets: [{ id: 's', value: vector.secret }], extra }
    const verdict = judged(again, definition, credentials)
    expect([verdict.kind, verdict.freshness ?? 'fresh']).toEqual(['valid', 'fresh'])
    expect(again.headers.map(([name]) => name.toLowerCase())).toEqual(
      expect.arrayContaining(draft.headers.map(([name]) => name.toLowerCase())),
    )
    // Without a time or a choice (Twilio writes a URL in several ways), the same comes out.
    const { ts } = definition.row
    if (ts === undefined && definition.row.alg !== 'jwt' && vector.id !== 'twilio/12-valid')
      expect(again).toEqual(draft)
  })
})

describe('as node:crypto alone would sign it', () => {
  const rows = SHARED.filter(
    ({ row }) =>
      row.alg !== 'token' &&
      row.alg !== 'jwt' &&
      row.content !== CANONICAL &&
      row.sig.in !== 'bodyJson' &&
      row.sig.in !== 'body',
  )
  test.each(rows.map((definition) => [definition.id, definition] as const))('%s', (_, definition) => {
    const { row } = definition
    const draft = resignedWith(unsigned(definition), definition, NOW)
    const value = (name: string) => draft.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? ''
    const seconds = Math.floor(NOW / 1000)
    const ts = { s: String(seconds), ms: String(NOW), iso: new Date(NOW).toISOString().replace('.456', '.456') }[
      row.ts?.unit ?? 's'
    ]
    const json = JSON.parse(draft.body.toString()) as Record<string, unknown> // made by this file
    const key = {
      utf8: (text: string) => Buffer.from(text),
      base64: (text: string) => Buffer.from(text, 'base64'),
      hex: (text: string) => Buffer.from(text, 'hex'),
    }[row.key.enc as 'utf8' | 'base64' | 'hex'] // a shared secret has no other form
    const secret = secretFor(row)
    const bare = row.key.strip?.some((prefix) => secret.startsWith(prefix))
      ? secret.slice(secret.indexOf('_') + 1)
      : secret
    const content = Buffer.concat(
      row.content.split(/(\{[a-zA-Z]+(?::[^}]*)?\})/).map((part) => {
        const [, token, argument = ''] = /^\{([a-zA-Z]+)(?::([^}]*))?\}$/.exec(part) ?? []
        const text: Record<string, string> = {
          ts,
          id: value(row.id?.name ?? ''),
          url: draft.url,
          method: draft.method,
          secret: bare,
          query: 'q=1&c=%7e',
          bodyBase64: draft.body.toString('base64'),
          json: String(json[argument]),
          header: value(argument),
          extra: extraFor(definition)[argument] ?? '',
        }
        return token === 'body' ? draft.body : Buffer.from(token === undefined ? part : (text[token] ?? part))
      }),
    )
    const hash = row.alg === 'hash-sha256' ? createHash('sha256') : createHmac(row.alg.slice(5), key(bare))
    const encoding = row.sig.enc === 'utf8' ? 'binary' : row.sig.enc
    const mac = hash.update(content).digest(encoding)
    const where = row.sig.in === 'query' ? decodeURIComponent(draft.target) : value(row.sig.name)
    expect(where).toContain((row.sig.prefix ?? '') + mac)
  })
})
