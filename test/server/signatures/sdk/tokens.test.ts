import { createQueryStringHash, decodeSymmetric, encodeSymmetric, SymmetricAlgorithm } from 'atlassian-jwt'
import { decodeJwt, importJWK, importSPKI, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Draft } from '../../../../server/signatures/draft.ts'
import { header, LONG_AGO, resignedBySecret, resignedByTestKey } from './resigned.ts'

const SECRET = 'a-secret-of-the-test-that-is-long-enough'
const THEN = LONG_AGO / 1000
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const claimsOr = async (work: Promise<{ payload: JWTPayload }>): Promise<JWTPayload | string> =>
  work.then(
    ({ payload }) => payload,
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

test('Netlify: jose takes it, over an edited body, too', async () => {
  const token = await new SignJWT({ sha256: sha256('another body') })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('netlify')
    .sign(Buffer.from(SECRET))
  const body = '{ "state": "ready" }'
  const { again, wrong } = await resignedBySecret({
    scheme: 'netlify',
    secret: SECRET,
    headers: [['x-webhook-SIGNATURE', token]],
    body,
  })
  const says = (draft: Draft) =>
    claimsOr(
      jwtVerify(header(draft, 'X-Webhook-Signature'), Buffer.from(SECRET), {
        issuer: 'netlify',
        algorithms: ['HS256'],
      }),
    )
  expect(await says(again)).toEqual({ iss: 'netlify', sha256: sha256(body) })
  expect(await says(wrong)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
})

test('Plaid: jose takes it with the test key, not older than five minutes', async () => {
  const body = '{\n  "webhook_code": "DEFAULT_UPDATE"\n}'
  const { again, wrong, publicKey } = await resignedByTestKey({
    scheme: 'plaid',
    headers: [['Plaid-Verification', '']],
    body,
  })
  const key = await importJWK(JSON.parse(publicKey), 'ES256')
  const says = (draft: Draft) =>
    claimsOr(jwtVerify(header(draft, 'Plaid-Verification'), key, { algorithms: ['ES256'], maxTokenAge: '5 min' }))
  expect(await says(again)).toMatchObject({ request_body_sha256: sha256(body) })
  expect(await says(wrong)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
})

test('Wix: jose takes the body with the test key, with its claims kept and its span moved to now', async () => {
  const { generateKeyPairSync } = await import('node:crypto')
  const data = JSON.stringify({ data: JSON.stringify({ id: 'é 😀' }) })
  const old = await new SignJWT({ data, iat: THEN, exp: THEN + 600 })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const { again, wrong, publicKey } = await resignedByTestKey({
    scheme: 'wix',
    headers: [['content-type', 'text/plain']],
    body: old,
  })
  const key = await importSPKI(publicKey, 'RS256')
  const says = (text: Buffer) => claimsOr(jwtVerify(String(text), key, { algorithms: ['RS256'] }))
  const claims = await says(again.body)
  expect(claims).toMatchObject({ data })
  if (typeof claims === 'string') throw new Error(claims)
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600)
  expect(await says(wrong.body)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  expect(await says(Buffer.from(old))).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  expect(String(again.body).split('.')[0]).toBe(old.split('.')[0])
})

test('Atlassian Connect: atlassian-jwt takes it at the address it is sent to now', async () => {
  const url = 'http://localhost:3000/app/issue?user_id=557058%3Aabc&b=2&a=x+y&b=1'
  const before = encodeSymmetric(
    {
      iss: 'jira:1234',
      iat: THEN,
      exp: THEN + 180,
      qsh: createQueryStringHash({ method: 'POST', pathname: '/old', query: {} }),
    },
    SECRET,
  )
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'atlassian-connect',
    secret: SECRET,
    headers: [['authorization', `JWT ${before}`]],
    body: '{}',
    url,
  })
  const read = (draft: Draft) =>
    decodeSymmetric(header(draft, 'Authorization').slice('JWT '.length), SECRET, SymmetricAlgorithm.HS256)
  const query = { user_id: '557058:abc', a: 'x y', b: ['2', '1'] }
  const claims = read(again)
  expect(claims).toMatchObject({
    iss: 'jira:1234',
    qsh: createQueryStringHash({ method: 'POST', pathname: '/app/issue', query }),
  })
  expect(claims.exp - claims.iat).toBe(180)
  expect(claims.exp * 1000).toBeGreaterThan(Date.now())
  expect(read(old).exp).toBe(THEN + 180)
  expect(() => read(wrong)).toThrow('Signature verification failed')
})

test('MessageBird: jose takes it, with the hashes of the body and the address of now', async () => {
  const url = 'http://localhost:3000/app?x=1'
  const token = await new SignJWT({ url_hash: sha256('https://old.example/'), jti: 'a', nbf: THEN - 1, exp: THEN + 60 })
    .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
    .setIssuer('MessageBird')
    .sign(Buffer.from(SECRET))
  const name = 'MessageBird-Signature-JWT'
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'messagebird',
    secret: SECRET,
    headers: [[name, token]],
    body: '{}',
    url,
  })
  const says = (draft: Draft) =>
    claimsOr(jwtVerify(header(draft, name), Buffer.from(SECRET), { issuer: 'MessageBird' }))
  expect(await says(old)).toBe('ERR_JWT_EXPIRED')
  expect(await says(again)).toMatchObject({ jti: 'a', url_hash: sha256(url), payload_hash: sha256('{}') })
  expect(await says(wrong)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  const { nbf = 0, exp = 0 } = decodeJwt(header(again, name))
  expect(exp - nbf).toBe(61)
})
