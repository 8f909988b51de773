import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  deliver,
  explained,
  type Family,
  GITHUB,
  mac,
  NOW,
  SECONDS,
  SECRET,
  settings,
  type Signed,
  SQUARE,
  STANDARD,
  STRIPE,
  URL,
  WHSEC,
} from './faults.ts'
import { diagnose } from '../../../../server/signatures/diagnose.ts'
import { aRequest } from '../vectors.ts'

const FAMILIES: readonly Family[] = [GITHUB, STRIPE, STANDARD, SQUARE]

const EVENT = {
  id: 'evt_1',
  type: 'order.created',
  data: {
    object: { name: 'Zoë <b>& co</b>', url: 'https://shop.example/a', amount: 12.5, items: [1, 2, { sku: 'é-1' }] },
  },
}
const COMPACT = JSON.stringify(EVENT)
const PRETTY = JSON.stringify(EVENT, null, 2)

interface Fault {
  readonly what: string
  readonly cause: string
  readonly arrives: string | Buffer
  readonly signed: string | Buffer
  readonly more?: readonly string[]
}

const escaped = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
const python = COMPACT.replace(/([,:])(?=["[{\d])/g, '$1 ')

const BODY_FAULTS: readonly Fault[] = [
  { what: 'pretty JSON was made compact', cause: 'body_reserialised', arrives: COMPACT, signed: PRETTY },
  { what: 'compact JSON was made pretty', cause: 'body_reserialised', arrives: PRETTY, signed: COMPACT },
  {
    what: 'JSON got an indent of 4',
    cause: 'body_reserialised',
    arrives: JSON.stringify(EVENT, null, 4),
    signed: COMPACT,
  },
  { what: 'tabs were signed', cause: 'body_reserialised', arrives: COMPACT, signed: JSON.stringify(EVENT, null, '\t') },
  { what: 'Python wrote it', cause: 'body_reserialised', arrives: COMPACT, signed: escaped(python) },
  {
    what: 'names were sorted',
    cause: 'body_reserialised',
    arrives: '{"b":1,"a":{"d":2,"c":3}}',
    signed: '{"a":{"c":3,"d":2},"b":1}',
  },
  { what: 'letters were escaped', cause: 'body_escaped', arrives: COMPACT, signed: escaped(COMPACT) },
  { what: 'escapes were undone', cause: 'body_reserialised', arrives: escaped(COMPACT), signed: COMPACT },
  {
    what: 'PHP escaped the slashes',
    cause: 'body_escaped',
    arrives: COMPACT,
    signed: escaped(COMPACT.replaceAll('/', '\\/')),
  },
  {
    what: 'Go escaped what HTML has',
    cause: 'body_escaped',
    arrives: COMPACT,
    signed: COMPACT.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
  },
  { what: 'a line break was added', cause: 'body_line_ends', arrives: `${COMPACT}\n`, signed: COMPACT },
  { what: 'a line break was lost', cause: 'body_line_ends', arrives: COMPACT, signed: `${COMPACT}\n` },
  { what: 'Windows line breaks were lost', cause: 'body_line_ends', arrives: 'a\nb\nc', signed: 'a\r\nb\r\nc' },
  { what: 'Windows line breaks came in', cause: 'body_line_ends', arrives: 'a\r\nb\r\nc', signed: 'a\nb\nc' },
  { what: 'a byte order mark was added', cause: 'body_line_ends', arrives: `\ufeff${COMPACT}`, signed: COMPACT },
  { what: 'a byte order mark was lost', cause: 'body_line_ends', arrives: COMPACT, signed: `\ufeff${COMPACT}` },
  {
    what: 'the JSON in a form was signed',
    cause: 'body_form',
    arrives: `payload=${encodeURIComponent(COMPACT)}`,
    signed: COMPACT,
    more: ['content-type', 'application/x-www-form-urlencoded'],
  },
  { what: 'a form was signed', cause: 'body_form', arrives: COMPACT, signed: `payload=${encodeURIComponent(COMPACT)}` },
  { what: 'text was signed as JSON', cause: 'body_double_encoded', arrives: COMPACT, signed: JSON.stringify(COMPACT) },
  { what: 'JSON in JSON arrived', cause: 'body_double_encoded', arrives: JSON.stringify(COMPACT), signed: COMPACT },
  { what: 'the unpacked body was signed', cause: 'body_compressed', arrives: gzipSync(COMPACT), signed: COMPACT },
  { what: 'the packed body was signed', cause: 'body_compressed', arrives: COMPACT, signed: gzipSync(COMPACT) },
  { what: 'Latin-1 was signed', cause: 'body_charset', arrives: COMPACT, signed: Buffer.from(COMPACT, 'latin1') },
  {
    what: 'UTF-8 was encoded twice',
    cause: 'body_charset',
    arrives: Buffer.from(Buffer.from(COMPACT).toString('latin1')),
    signed: COMPACT,
  },
  {
    what: 'bytes that are no text were replaced',
    cause: 'body_charset',
    arrives: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    signed: '{\ufffd\ufffd}',
  },
  {
    what: 'base64 was signed',
    cause: 'body_charset',
    arrives: COMPACT,
    signed: Buffer.from(COMPACT).toString('base64'),
  },
  { what: 'base64 arrived', cause: 'body_charset', arrives: Buffer.from(COMPACT).toString('base64'), signed: COMPACT },
  { what: 'only a part was signed', cause: 'body_part', arrives: COMPACT, signed: JSON.stringify(EVENT.data) },
  { what: 'nothing was signed', cause: 'body_empty', arrives: COMPACT, signed: '' },
]

describe.each(FAMILIES)('$scheme', (family) => {
  test('a right delivery has no causes', () => {
    expect(explained(family, deliver(family, COMPACT))).toMatchObject({ verdict: { kind: 'valid' }, causes: [] })
  })

  test.each(BODY_FAULTS)('the first cause is $cause where $what, and the difference is shown', (fault) => {
    const diagnosis = explained(family, deliver(family, fault.arrives, { body: fault.signed }, fault.more))
    expect(diagnosis).toMatchObject({ verdict: { kind: 'invalid' }, causes: [{ id: fault.cause, proven: true }] })
    const [cause] = diagnosis.causes
    expect(cause?.body).toMatchObject({
      capturedSize: Buffer.from(fault.arrives).length,
      signedSize: Buffer.from(fault.signed).length,
    })
  })

  const raw = family.secret
  const bare = raw.replace(/^whsec_/, '')
  const other = `whsec_${Buffer.from('another key of 24 bytes!').toString('base64')}`
  test.each<{ what: string; cause: string; given: string; signed?: Signed }>([
    { what: 'a space stands behind the secret', cause: 'secret_whitespace', given: `${raw} ` },
    { what: 'a line break stands behind the secret', cause: 'secret_whitespace', given: `${raw}\n` },
    { what: 'the secret stands in quotes', cause: 'secret_whitespace', given: `"${raw}"` },
    { what: 'the name of a variable stands before it', cause: 'secret_whitespace', given: `WEBHOOK_SECRET=${raw}` },
    { what: 'v1, stands before it', cause: 'secret_whitespace', given: `v1,${raw}` },
    {
      what: 'the sender used the secret literally',
      cause: 'secret_form',
      given: WHSEC,
      signed: { secret: Buffer.from(WHSEC) },
    },
    {
      what: 'the sender decoded the secret',
      cause: 'secret_form',
      given:
        bare === raw ? Buffer.from('key bytes here').toString('base64') : Buffer.from('key bytes here').toString('hex'),
      signed: { secret: Buffer.from('key bytes here') },
    },
  ])('the first cause is $cause where $what', ({ cause, given, signed = {} }) => {
    const secret = signed.secret
    if (family !== STANDARD && secret !== undefined && Buffer.from(given).equals(Buffer.from(secret))) return
    const request = deliver(family, COMPACT, signed)
    const diagnosis = diagnose({ settings: settings(family.scheme, given), request }, NOW)
    expect(diagnosis).toMatchObject({ verdict: { kind: 'invalid' }, causes: [{ id: cause, proven: true }] })
  })

  test('the first cause names the endpoint whose secret it is', () => {
    const request = deliver(family, COMPACT, { secret: other })
    const others = [
      { name: 'shipping', secrets: ['nothing of the kind'] },
      { name: 'billing', secrets: ['old', other] },
    ]
    const { causes } = explained(family, request, { others })
    expect(causes).toMatchObject([
      { id: 'other_secret', detail: 'The secret of endpoint billing matches.', proven: true },
    ])
  })

  test('the first cause names all endpoints that share the secret', () => {
    const request = deliver(family, COMPACT, { secret: other })
    const named = (...names: string[]) =>
      explained(family, request, { others: names.map((name) => ({ name, secrets: ['old', other] })) }).causes[0]
    expect(named('billing', 'shipping')).toMatchObject({
      id: 'other_secret',
      detail: 'The secret of the endpoints billing and shipping matches.',
      proven: true,
    })
    expect(named('a', 'b', 'c')?.detail).toBe('The secret of the endpoints a, b and c matches.')
    expect(named('a', 'b', 'c', 'd', 'e', 'f')?.detail).toBe(
      'The secret of the endpoints a, b, c, d and 2 more matches.',
    )
  })

  test.each([
    ['“', '”'],
    ['„', '“'],
    ['”', '”'],
    ['‘', '’'],
    ['‚', '‘'],
    ['«', '»'],
    ['»', '«'],
    ['‹', '›'],
    ['「', '」'],
    ['„', '”,'],
    ['"', '"'],
    ['`', '´'],
    ['\u200b', '\u200b'],
    ['\ufeff', ''],
    ['\u00a0', '\u00a0'],
    ['\u200e', '\u202c'],
    ['\u2066“', '”\u2069'],
    ['', '\u00ad'],
  ])('the first cause is secret_whitespace where the secret stands between %j and %j', (before, after) => {
    const given = before + raw + after
    const { causes } = diagnose({ settings: settings(family.scheme, given), request: deliver(family, COMPACT) }, NOW)
    expect(causes).toMatchObject([{ id: 'secret_whitespace', proven: true }])
  })

  test('two things that are off are both told', () => {
    const request = deliver(family, PRETTY, { body: COMPACT })
    const { causes } = diagnose({ settings: settings(family.scheme, ` ${raw}`), request }, NOW)
    expect(causes.map(({ id, proven }) => [id, proven])).toEqual([
      ['secret_whitespace', true],
      ['body_reserialised', true],
    ])
  })

  test.each([
    'sk_live_51H8abcdefghijklmnop',
    'pk_test_51H8abcdefghijklmnop',
    'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'xoxb-1-2-abc',
    'shpat_0123456789abcdef',
  ])('the first cause is api_key where the secret begins as %s', (given) => {
    const diagnosis = diagnose({ settings: settings(family.scheme, given), request: deliver(family, COMPACT) }, NOW)
    expect(diagnosis.causes[0]).toMatchObject({ id: 'api_key', proven: false })
    expect(diagnosis.causes.every(({ proven }) => !proven)).toBe(true)
    expect(diagnosis.causes[0]?.detail).toContain('not of a signing secret')
  })

  test('the first cause is mismatch where nothing but another secret is left', () => {
    const request = deliver(family, COMPACT, { secret: other })
    expect(explained(family, request)).toMatchObject({
      causes: [{ id: 'mismatch', proven: false }, { id: 'numbers_rewritten' }],
    })
  })

  test('the first cause is numbers_rewritten where a long number was rounded', () => {
    const request = deliver(family, '{"id":12345678901234567000}', { body: '{"id":12345678901234567890}' })
    expect(explained(family, request).causes[0]).toMatchObject({ id: 'numbers_rewritten', proven: false })
  })

  test('the first cause is test_button where the request says that it is a test', () => {
    const request = deliver(family, COMPACT, { secret: other }, ['X-Shop-Test', 'true'])
    expect(explained(family, request).causes[0]).toMatchObject({ id: 'test_button', proven: false })
  })

  test('the first cause is signature_missing where no header is there', () => {
    const request = aRequest({ url: URL, text: COMPACT, headers: ['Host', 'shop.example'] })
    expect(explained(family, request)).toMatchObject({
      verdict: { kind: 'missing' },
      causes: [{ id: 'signature_missing' }],
    })
  })

  test('the first cause is wrong_header where the header has another name, and a row that finds it is proposed', () => {
    const request = deliver(family, COMPACT)
    const name = family.sign(Buffer.from(''), {}).at(-2)
    const headers = request.headers.map((text) => (text === name ? 'X-Renamed' : text))
    const renamed = { ...request, headers }
    const diagnosis = explained(family, renamed)
    expect(diagnosis).toMatchObject({ verdict: { kind: 'missing' }, causes: [{ id: 'wrong_header', proven: true }] })
    expect(diagnosis.scheme?.sig.name).toBe('X-Renamed')
    const again = diagnose(
      { settings: { ...settings('custom', family.secret), custom: diagnosis.scheme }, request: renamed },
      NOW,
    )
    expect(again.verdict.kind).toBe('valid')
  })

  test.each(['hex', 'base64', 'base64url'] as const)(
    'the first cause is wrong_encoding where it is written in %s',
    (enc) => {
      const request = deliver(family, COMPACT, { enc })
      const diagnosis = explained(family, request)
      if (diagnosis.verdict.kind === 'valid') return
      expect(diagnosis).toMatchObject({ causes: [{ id: 'wrong_encoding', proven: true }] })
      const again = diagnose(
        { settings: { ...settings('custom', family.secret), custom: diagnosis.scheme }, request },
        NOW,
      )
      expect(again.verdict.kind).toBe('valid')
    },
  )

  test.each(['sha1', 'sha384', 'sha512'])('the first cause is wrong_digest where it was signed with %s', (hash) => {
    const diagnosis = explained(family, deliver(family, COMPACT, { hash }))
    expect(diagnosis).toMatchObject({ causes: [{ id: 'wrong_digest', proven: true }], scheme: { alg: `hmac-${hash}` } })
  })
})

describe.each([STRIPE, STANDARD])('the time of $scheme', (family) => {
  test('a delivery of 41 minutes ago is rightly signed and too old', () => {
    const diagnosis = diagnose(
      { settings: settings(family.scheme, family.secret), request: deliver(family, COMPACT) },
      NOW + 41 * 60_000,
    )
    expect(diagnosis).toMatchObject({ verdict: { kind: 'valid' }, causes: [{ id: 'stale', proven: true }] })
    expect(diagnosis.causes[0]?.detail).toContain('41 minutes old')
  })

  test('a spoiled delivery of 41 minutes ago is told both', () => {
    const request = deliver(family, PRETTY, { body: COMPACT })
    const { causes } = diagnose({ settings: settings(family.scheme, family.secret), request }, NOW + 41 * 60_000)
    expect(causes.map(({ id }) => id)).toEqual(['body_reserialised', 'stale'])
  })

  test('a time that was signed in milliseconds and sent in seconds is found', () => {
    const request = deliver(family, COMPACT, { ts: `${SECONDS}000` })
    expect(explained(family, request)).toMatchObject({ causes: [{ id: 'timestamp_unit', proven: true }] })
  })
})

describe('the twin that GitHub sends for old receivers', () => {
  const twin = ['X-Hub-Signature', `sha1=${mac({ hash: 'sha1' }, 'hex', COMPACT)}`]

  test.each([
    ['alone', []],
    ['beside the name of the event', ['X-GitHub-Event', 'push']],
  ])('is known as a scheme of its own where it comes %s', (_, more) => {
    const request = aRequest({ url: URL, text: COMPACT, headers: [...twin, ...more] })
    expect(explained(GITHUB, request)).toMatchObject({
      causes: [{ id: 'other_scheme', proven: true }],
      schemeId: 'github-sha1',
    })
  })
})

describe('a URL that the sender knows otherwise', () => {
  const forwarded = ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'hooks.shop.example']
  test.each([
    ['http instead of https', 'http://shop.example/hook?x=1'],
    ['the host before the proxy', 'https://hooks.shop.example/hook?x=1'],
    ['a port', 'https://shop.example:443/hook?x=1'],
    ['a slash at the end', 'https://shop.example/hook/?x=1'],
    ['no query', 'https://shop.example/hook'],
    ['another scheme and a slash', 'http://shop.example/hook/?x=1'],
    ['no endpoint before the path', 'https://shop.example/?x=1'],
  ])('is found where it has %s', (_, url) => {
    const request = deliver(SQUARE, COMPACT, { url }, forwarded)
    const { causes } = explained(SQUARE, request, { signedUrl: { url: URL, from: 'host' } })
    expect(causes).toMatchObject([{ id: 'wrong_url', url, proven: true }])
    expect(causes[0]?.detail).toContain(`The sender signed ${url}`)
  })

  test('and was given in place of a secret is not taken for one', () => {
    const { causes } = diagnose({ settings: settings('square', URL), request: deliver(SQUARE, COMPACT) }, NOW)
    expect(causes[0]).toMatchObject({ id: 'api_key', proven: false })
  })

  test('is found for a secret that is read wrongly as well', () => {
    const request = deliver(SQUARE, COMPACT, { url: 'http://shop.example/hook?x=1' })
    const { causes } = diagnose({ settings: settings('square', `${SECRET}\n`), request }, NOW)
    expect(causes.map(({ id }) => id)).toEqual(['secret_whitespace', 'wrong_url'])
  })
})
