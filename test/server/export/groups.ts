/**
 * Schemes with requests, and what Hookwell's own check says of each: the measure that verifying code is held to. Beside the vectors,
 * each scheme gets requests that were signed for it and then changed in one place.
 */
import { createHash, createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { lazyJson } from '../../../server/signatures/json-body.ts'
import { compileScheme } from '../../../server/signatures/verify.ts'
import type { HeaderPairs } from '../../../shared/headers.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { CANONICAL, type Scheme } from '../../../shared/scheme.ts'
import { withoutAuthority } from '../../../shared/target.ts'
import { publicKeyOf, sign, vectors } from '../signatures/vectors.ts'

export interface Case {
  readonly method: string
  readonly url: string
  readonly headers: HeaderPairs
  readonly body: Buffer
  /** Secrets or public keys. */
  readonly keys: readonly string[]
  readonly settings: Readonly<Record<string, string>>
  /** Unix milliseconds. */
  readonly now: number
}

export interface Group {
  readonly name: string
  readonly row: Scheme
  readonly cases: readonly Case[]
  /** What Hookwell says of each: rightly signed and in time. */
  readonly expected: readonly boolean[]
}

const NOW = 1_767_225_600_000

function groupOf(name: string, row: Scheme, cases: readonly Case[]): Group {
  const expected = cases.map(({ method, url, headers, body, keys, settings, now }) => {
    const credentials = usesPublicKey(row)
      ? { secrets: [], publicKeys: keys, extra: settings }
      : { secrets: keys.map((value, at) => ({ id: String(at), value })), extra: settings }
    const request = { method, url, target: withoutAuthority(url), headers: headers.flat(), body, json: lazyJson(body) }
    const { kind, freshness } = compileScheme({ id: name, row }, credentials)(request, now)
    return kind === 'valid' && freshness !== 'stale' && freshness !== 'future'
  })
  return { name, row, cases, expected }
}

/** All schemes of the table that a row says whole. */
export function tableGroups(): Group[] {
  return SCHEMES.flatMap(({ id, row }) => {
    if (row.content === CANONICAL || findDefinition(id)?.code !== undefined) return []
    return [groupOf(id, row, [...vectorCases(id), ...signedCases(row)])]
  })
}

function vectorCases(id: string): Case[] {
  return vectors
    .filter(({ provider }) => provider === id)
    .map((vector) => ({
      method: vector.method,
      url: vector.url,
      headers: Object.entries(vector.headers),
      body: Buffer.from(vector.bodyBase64, 'base64'),
      keys: [publicKeyOf(vector) ?? vector.secret],
      settings: vector.extra ?? {},
      now: vector.now * 1000,
    }))
}

const BODIES: readonly (string | Buffer)[] = [
  '{"id":"evt_1","time":TIME,"webhookTimestamp":TIME,"signature":{"timestamp":"1","token":"caf\u00e9"},"value":[{"clientState":true}]}',
  '',
  '\ufeff{"n":1.50, "emoji":"\u{1f600}\\u00e9"}\r\n',
  Buffer.from([0, 255, 254, 128, 10, 13]),
]

/** Requests signed as the row says, and each changed in one place. A row that cannot be signed for here gives none. */
function signedCases(row: Scheme): Case[] {
  if (usesPublicKey(row)) return []
  if (row.alg === 'jwt')
    return jwtCases(
      row,
      (signed, alg) => hmacOf(`sha${alg.slice(2)}`, 'a-secret-of-nobody', signed),
      'a-secret-of-nobody',
    )
  if (row.alg === 'token' && row.sig.in === 'bodyJson') return tokenCases(row)
  const secret = secretFor(row)
  if (row.alg === 'token' && row.sig.in === 'query') {
    const url = `${PLAIN.url}?a=1&${encodeURIComponent(row.sig.name)}=${encodeURIComponent(secret)}`
    return changed({ ...PLAIN, url, keys: [secret] }, secret)
  }
  const settings = settingsFor(row)
  return BODIES.flatMap((text, at) => {
    const body = Buffer.from(typeof text === 'string' ? text.replaceAll('TIME', String(timeFor(row))) : text)
    const plain = 'https://shop.example:8443/h%C3%B6ok?a=1&b=%2B+x'
    const headers: HeaderPairs = [
      ['Content-Type', 'application/json'],
      ['X-Part', 'caf\u00c3\u00a9'],
    ]
    const made = sign(row, secret, {
      method: 'POST',
      url: plain,
      body,
      now: NOW,
      headers,
      extra: settings,
    })
    if ('says' in made) return []
    const query = made.query.map(([name, value]) => `${encodeURIComponent(name)}=${escaped(value)}`)
    const url = [plain, ...query].join('&')
    const base: Case = {
      method: 'POST',
      url,
      headers: [...headers, ...made.headers],
      body,
      keys: [secret],
      settings,
      now: NOW,
    }
    return at === 0 ? changed(base, secret) : [base]
  })
}

function changed(base: Case, secret: string): Case[] {
  const with_ = (change: Partial<Case>): Case => ({ ...base, ...change })
  const eachHeader = (change: (value: string) => readonly string[]): Case[] =>
    base.headers.slice(2).map((_, at) =>
      with_({
        headers: base.headers.flatMap(
          ([name, value], index): HeaderPairs =>
            index === at + 2 ? change(value).map((each) => [name, each]) : [[name, value]],
        ),
      }),
    )
  return [
    base,
    with_({ keys: [`${secret.slice(0, -4)}AAAA`] }),
    with_({ keys: [`${secret.slice(0, -4)}AAAA`, secret] }),
    with_({ method: 'PUT' }),
    with_({ url: base.url.replace('shop.', 'sh0p.') }),
    with_({ url: base.url.toUpperCase() }),
    with_({ url: `${base.url}#part` }),
    with_({ body: Buffer.concat([base.body, Buffer.from('\n')]) }),
    with_({ body: Buffer.from(base.body.toString().replace('evt_1', 'evt_2')) }),
    with_({ headers: base.headers.map(([name, value]) => [name.toUpperCase(), value]) }),
    with_({ headers: base.headers.slice(0, 2) }),
    ...[-1_000_000, -301_000, -5_001, -61_000, 5_500, 61_000, 299_999, 301_000, 1_000_000].map((ms) =>
      with_({ now: NOW + ms }),
    ),
    ...eachHeader(() => []),
    ...eachHeader((value) => [value, value]),
    ...eachHeader((value) => [value, '0']),
    ...eachHeader((value) => ['0', value]),
    ...eachHeader((value) => [value.replace(/^(t=)?(?=\d{10})/, (before) => `${before}0`)]),
    ...eachHeader((value) => [value.toUpperCase()]),
    ...eachHeader((value) => [value.toLowerCase()]),
    ...eachHeader((value) => [`${value}=`]),
    ...eachHeader((value) => [value.slice(0, -1)]),
    ...eachHeader((value) => [`${value},v1=00,t=1`]),
    ...eachHeader((value) => [`v1=00 , ${value}`]),
    ...eachHeader((value) => [`v1,AAAA  ${value} v2,x`]),
    ...eachHeader((value) => [value.replace(/\d(?=[^\d]*$)/, (digit) => String((Number(digit) + 1) % 10))]),
    ...eachHeader((value) => [value.replace(/[a-f](?=[^a-f]*$)/, 'g')]),
    ...eachHeader((value) => [`${value}\u00ff`]),
  ]
}

function secretFor({ key }: Scheme): string {
  if (key.enc === 'base64')
    return `${key.strip?.[0] ?? ''}${Buffer.from('a secret of nobody, 32 bytes').toString('base64')}`
  return key.enc === 'hex' ? '00112233445566778899aabbccddeeff' : 'a s\u00e9cret of nobody'
}

const settingsFor = (row: Scheme): Record<string, string> => ({
  ...Object.fromEntries(
    [...row.content.matchAll(/\{extra:([^{}]*)\}/g)].map(([, name = '']) => [name, 'a v\u00e4lue']),
  ),
  ...(row.match === undefined ? {} : { [row.match.extra]: 'an-app-key' }),
})

const timeFor = ({ ts }: Scheme): number => (ts?.unit === 's' ? NOW / 1000 : NOW)

const hmac = (more: Partial<Scheme>): Scheme => ({
  alg: 'hmac-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'X-Mine', enc: 'hex' },
  content: '{body}',
  ...more,
})

/** Text that would end a literal or a comment, or be run, in one language or another. */
export const HOSTILE =
  '\'"`\\ $' + '{process.exit(7)} #{exit 7} {$x} """ \n */ ?> <?php \r\t\u2028 \u{1f600} caf\u00e9 %s \\x41 \\u0041'

/** Rows such as users may write: each token, each place, each encoding, and texts that try to be code. */
export function customGroups(): Group[] {
  const rows: Record<string, Scheme> = {
    'every token': hmac({
      id: { name: 'X-Id', aliases: ['X-Other-Id'] },
      ts: { in: 'header', name: 'X-Time', aliases: ['X-When'], unit: 'ms', past: 60, future: null },
      content:
        '{method}\n{url}|{query}|{ts}.{id}.{extra:app}.{header:X-Part}.{json:signature.token}.{crc32}.{bodyBase64}.{body}',
    }),
    'iso time': hmac({
      ts: { in: 'header', name: 'X-Time', unit: 'iso', past: 60, future: 60 },
      content: '{ts}{body}',
    }),
    'time not signed': hmac({ ts: { in: 'header', name: 'X-Time', unit: 's', past: 60, future: null } }),
    'time of any age': hmac({
      ts: { in: 'header', name: 'X-Time', unit: 's', past: null, future: null },
      content: '{ts}{body}',
    }),
    'iso time of any age': hmac({
      ts: { in: 'header', name: 'X-Time', unit: 'iso', past: null, future: null },
      content: '{ts}{body}',
    }),
    'time in the body': hmac({
      ts: { in: 'bodyJson', name: 'time', unit: 'ms', past: null, future: 60, required: true },
    }),
    'sha384 in base64url': hmac({
      alg: 'hmac-sha384',
      sig: { in: 'header', name: 'X-Mine', prefix: 'v0=', enc: 'base64url' },
    }),
    'sha512 in hex': hmac({ alg: 'hmac-sha512', key: { enc: 'hex' } }),
    'sha1 in the query': hmac({
      alg: 'hmac-sha1',
      sig: { in: 'query', name: 'hmac', enc: 'base64' },
      content: '{query}',
    }),
    'plain hash': hmac({
      alg: 'hash-sha256',
      content: '{secret}:{body}:{secret}',
      sig: { in: 'header', name: 'X-Mine', enc: 'base64' },
    }),
    'list with aliases': hmac({
      sig: {
        in: 'header',
        name: 'X-Mine',
        aliases: ['X-Old'],
        list: ' ',
        kv: ',',
        field: 'v1',
        prefix: 'p:',
        enc: 'hex',
      },
    }),
    'fields and time': hmac({
      sig: { in: 'header', name: 'X-Mine', list: ',', kv: '=', field: 'v1', enc: 'hex' },
      ts: { in: 'sigField', name: 't', unit: 'iso', past: 60, future: 60 },
      content: '{ts}.{body}',
    }),
    'fields and time not signed': hmac({
      sig: { in: 'header', name: 'X-Mine', list: ';', kv: '=', field: 's', enc: 'hex', hexCase: 'lower' },
      ts: { in: 'sigField', name: 't', unit: 's', past: 60, future: null },
    }),
    'bare key': hmac({ key: { enc: 'base64', strip: ['whsec_', 'other_'], bare: 'utf8' } }),
    companion: hmac({ match: { header: 'X-App', extra: 'it\'s "key"' } }),
    'token in a query': hmac({ alg: 'token', sig: { in: 'query', name: 't\u00f6ken', enc: 'utf8' }, content: '' }),
    'token with prefix': hmac({
      alg: 'token',
      sig: { in: 'header', name: 'Authorization', prefix: 'Bearer ', enc: 'utf8' },
      content: '',
    }),
    'hostile content': hmac({ content: `${HOSTILE}{extra:${HOSTILE.replace(/[{}]/g, '')}}{body}` }),
    'hostile places': hmac({
      sig: { in: 'query', name: HOSTILE, aliases: [`${HOSTILE}2`], prefix: HOSTILE.replace(/[^ -~]/g, ''), enc: 'hex' },
      key: { enc: 'base64', strip: [HOSTILE] },
    }),
  }
  const groups = Object.entries(rows).map(([name, row]) => groupOf(name, row, signedCases(row)))
  for (const unit of ['s', 'ms', 'iso'] as const) {
    const ts = { in: 'header', name: 'X-Time', unit, past: 60, future: 60, policy: true } as const
    const row = hmac({ ts, content: '{ts}{body}' })
    groups.push(groupOf(`time in ${unit} by policy`, row, [...signedCases(row), ...textForTimeCases()]))
  }
  return groups
}

/** Rightly signed with texts that are times in one unit, or in none; and each as if it had been put there later. */
function textForTimeCases(): Case[] {
  const times = [NOW, NOW / 1000, NOW - 61_000, NOW / 1000 - 61].map(String)
  const dates = [new Date(NOW).toISOString(), '2025-12-31T23:58:00Z', '2026-13-01T00:00:00Z']
  const secret = 'a secret of nobody'
  return [...times, ...dates, 'soon', '', '01767225600', '1.5', '9'.repeat(20), 'caf\u00ff'].flatMap((text) => {
    const signature = createHmac('sha256', secret).update(text, 'latin1').update('{}').digest('hex')
    const case_ = (time: string): Case => ({
      ...PLAIN,
      headers: [
        ['X-Time', time],
        ['X-Mine', signature],
      ],
      body: Buffer.from('{}'),
      keys: [secret],
    })
    return [case_(text), case_(`${text}x`)]
  })
}

/** Rows with key pairs, whose requests only the private key can sign. */
export function keyPairGroups(): Group[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const edwards = generateKeyPairSync('ed25519')
  const pairs = { rsa, ec: elliptic, ed25519: edwards }
  const forms = ['pem', 'spki-base64', 'jwk', 'base64', 'hex'] as const
  const kinds = [
    { alg: 'ed25519', pair: 'ed25519', digest: null },
    { alg: 'ecdsa-p256', pair: 'ec', digest: 'sha256' },
    { alg: 'rsa-sha256', pair: 'rsa', digest: 'sha256' },
    { alg: 'rsa-sha1', pair: 'rsa', digest: 'sha1' },
  ] as const
  return kinds.flatMap(({ alg, pair, digest }) =>
    forms.map((enc) => {
      const { publicKey, privateKey } = pairs[pair]
      const row: Scheme = {
        alg,
        key: { enc },
        sig: { in: 'header', name: 'X-Mine', enc: 'base64' },
        content: 'v0:{body}',
      }
      const body = Buffer.from('{"a":"\u00e9"}\n')
      const signature = signBytes(digest, Buffer.concat([Buffer.from('v0:'), body]), privateKey)
      const der = publicKey.export({ type: 'spki', format: 'der' })
      const raw = alg === 'ed25519' ? der.subarray(-32) : der
      const key = {
        pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        'spki-base64': der.toString('base64'),
        jwk: JSON.stringify(publicKey.export({ format: 'jwk' })),
        base64: raw.toString('base64'),
        hex: raw.toString('hex'),
      }[enc]
      const made = (bytes: Buffer, text = signature.toString('base64')): Case => ({
        method: 'POST',
        url: 'https://shop.example/hook',
        headers: [['x-mine', text]],
        body: bytes,
        keys: [key],
        settings: {},
        now: NOW,
      })
      const flipped = Buffer.from(signature)
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
      return groupOf(`${alg} with ${enc}`, row, [
        made(body),
        made(Buffer.concat([body, body])),
        made(body, flipped.toString('base64')),
        made(body, signature.subarray(1).toString('base64')),
        made(body, ''),
        made(body, 'AAAA'),
      ])
    }),
  )
}

/** A token that stands in the body. */
function tokenCases({ sig }: Scheme): Case[] {
  const bodyWith = (value: unknown): Buffer =>
    Buffer.from(
      JSON.stringify(
        sig.name
          .split('.')
          .reduceRight<unknown>((inner, key) => (/^\d+$/.test(key) ? [inner] : { a: 1, [key]: inner }), value),
      ),
    )
  const bodies = ['caf\u00e9', 'cafe', 7, true, null, [], { a: 1 }].map(bodyWith)
  return [...bodies, Buffer.from(''), Buffer.from('[]'), Buffer.from('{'), Buffer.from('"caf\u00e9"')].flatMap((body) =>
    ['caf\u00e9', '7', 'true'].map((key) => ({ ...PLAIN, body, keys: [key] })),
  )
}

const PLAIN: Case = {
  method: 'POST',
  url: 'https://shop.example/hook',
  headers: [],
  body: Buffer.from('{"a":1}'),
  keys: [],
  settings: {},
  now: NOW,
}

export function jwtGroups(): Group[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return (['HS256', 'HS512', 'RS256', 'ES256'] as const).map((alg) => {
    const shared = alg.startsWith('HS')
    const row: Scheme = {
      alg: 'jwt',
      algs: alg === 'HS512' ? ['HS512', 'HS256'] : [alg],
      claims: { iss: 'it\'s "me"', aud: 'app', bodySha256Hex: 'body_hash', maxAge: 300, skew: 5, requireExp: true },
      key: { enc: shared ? 'utf8' : alg === 'ES256' ? 'jwk' : 'pem' },
      sig: { in: 'header', name: 'Authorization', prefix: 'Bearer ', enc: 'utf8' },
      content: '',
    }
    if (shared) return groupOf(alg, row, signedCases(row))
    const { publicKey, privateKey } = alg === 'ES256' ? elliptic : rsa
    const key =
      alg === 'ES256'
        ? JSON.stringify(publicKey.export({ format: 'jwk' }))
        : publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const signed = (text: string): Buffer =>
      signBytes('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return groupOf(alg, row, jwtCases(row, signed, key))
  })
}

/** Tokens made by hand: rightly signed, expired, for another body, with another algorithm than is allowed. */
function jwtCases(row: Scheme, macOf: (signed: string, alg: string) => Buffer, key: string): Case[] {
  const alg = row.algs?.[0] ?? ''
  const { claims = {}, sig } = row
  const { body, url } = PLAIN
  const good: Record<string, unknown> = {
    ...Object.fromEntries((claims.required ?? []).map((name) => [name, 'x'])),
    ...(claims.iss === undefined ? {} : { iss: claims.iss }),
    aud: ['x', 'an-app'],
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
    ...(claims.bodySha256Hex === undefined ? {} : { [claims.bodySha256Hex]: hash(body) }),
    ...(claims.urlSha256Hex === undefined ? {} : { [claims.urlSha256Hex]: hash(Buffer.from(url)) }),
  }
  const token = (payload: object, header: object = {}): string => {
    const signed = [{ alg, typ: 'JWT', ...header }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${signed}.${macOf(signed, alg).toString('base64url')}`
  }
  const made = (text: string, more: Partial<Case> = {}): Case => ({
    ...PLAIN,
    headers: [[sig.name.toLowerCase(), `${sig.prefix ?? ''}${text}`]],
    keys: [key],
    settings: claims.aud === undefined ? {} : { [claims.aud]: 'an-app' },
    ...more,
  })
  const digest = claims.bodySha256Hex ?? 'unused'
  return [
    made(token(good)),
    made(token(good), { keys: [key, key] }),
    made(token(good), { body: Buffer.from('{"a":2}') }),
    made(token(good), { body: Buffer.from('') }),
    made(token({ ...good, [digest]: undefined }), { body: Buffer.from('') }),
    made(token({ ...good, [digest]: undefined })),
    made(token(good), { url: 'https://shop.example/other' }),
    made(token(good), { settings: Object.fromEntries([[claims.aud ?? 'x', 'another']]) }),
    ...[-400_000, -4_000, 64_000, 65_000, 66_000, 400_000].map((ms) => made(token(good), { now: NOW + ms })),
    made(token({ ...good, iss: 'somebody' })),
    made(token({ ...good, aud: 'an-app' })),
    made(token({ ...good, exp: 'soon' })),
    made(token({ ...good, exp: undefined })),
    made(token({ ...good, iat: undefined })),
    made(token({ ...good, nbf: NOW / 1000 + 3 })),
    made(token({ ...good, nbf: NOW / 1000 + 30 })),
    made(token({ ...good, [digest]: hash(body).toUpperCase() })),
    made(token({ ...good, [digest]: 7 })),
    ...(claims.required ?? []).map((name) => made(token({ ...good, [name]: undefined }))),
    made(token(good, { alg: 'none' })),
    made(token(good, { alg: 'HS384' })),
    made(token(good, { crit: ['x'] })),
    made(token(good, { b64: true })),
    made(`${token(good)}=`),
    made(`${token(good)}.x`),
    made(token(good).slice(0, -2)),
    made(token(good).split('.').slice(0, 2).join('.')),
    made('..'),
    made('a.b.c'),
    made(''),
  ]
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const hmacOf = (digest: string, secret: string, text: string): Buffer =>
  createHmac(digest, secret).update(text).digest()

/** A value of one character a byte, percent-encoded. */
const escaped = (value: string): string => encodeURIComponent(Buffer.from(value, 'latin1').toString('utf8'))
