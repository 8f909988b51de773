/** How verifying code for Node reads a secret or a public key. */
import { jsText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'function keyOf(secret) {',
      "  if (!secret) throw new Error('The secret is not set.')",
      '  return Buffer.from(secret)',
      '}',
    )
  const text = normalize === undefined ? 'text' : `text.normalize('${normalize}')`
  const decoded = (how: string): string => (how === 'utf8' ? `Buffer.from(${text})` : `Buffer.from(text, '${how}')`)
  return lines(
    'function keyOf(secret) {',
    "  if (!secret) throw new Error('The secret is not set.')",
    strip?.length
      ? lines(
          `  const prefix = [${strip.map(jsText).join(', ')}].find((each) => secret.startsWith(each))`,
          bare !== undefined &&
            lines('  if (prefix === undefined) {', '    const text = secret', `    return ${decoded(bare)}`, '  }'),
          '  const text = secret.slice(prefix?.length ?? 0)',
        )
      : '  const text = secret',
    `  const key = ${decoded(enc)}`,
    "  if (key.length === 0) throw new Error('The secret cannot be read.')",
    '  return key',
    '}',
  )
}

export function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const text = strip?.length
    ? lines(
        `  const prefix = [${strip.map(jsText).join(', ')}].find((each) => publicKey.startsWith(each))`,
        '  const text = publicKey.slice(prefix?.length ?? 0)',
      )
    : '  const text = publicKey'
  const made = {
    pem: "createPublicKey(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString())",
    jwk: "createPublicKey({ key: JSON.parse(text), format: 'jwk' })",
    'spki-base64': "createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })",
    hex: rawKey(row.alg, 'hex'),
    base64: rawKey(row.alg, 'base64'),
    utf8: 'createPublicKey(text)',
  }[enc]
  return lines('function keyOf(publicKey) {', text, `  return ${made}`, '}')
}

/** Ed25519 keys travel as their 32 bytes, which Node takes as the `x` of a JWK; others as SPKI. */
function rawKey(alg: string, encoding: string): string {
  const bytes = `Buffer.from(text, '${encoding}')`
  return alg === 'ed25519'
    ? `createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: ${bytes}.toString('base64url') }, format: 'jwk' })`
    : `createPublicKey({ key: ${bytes}, format: 'der', type: 'spki' })`
}
