/** How verifying code for Python reads a secret or a public key. */
import { pythonText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'
import { tuple } from './call.ts'

function withoutPrefix(strip: readonly string[] | undefined, of: string): string {
  if (!strip?.length) return `    text = ${of}`
  return lines(
    `    prefix = next((each for each in ${tuple(strip.map(pythonText))} if ${of}.startswith(each)), None)`,
    `    text = ${of}[len(prefix or ""):]`,
  )
}

export function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const decoded: Record<string, string> = {
    utf8: normalize === undefined ? 'text.encode()' : `unicodedata.normalize("${normalize}", text).encode()`,
    base64: 'base64.b64decode(text + "=" * (-len(text) % 4))',
    hex: 'bytes.fromhex(text)',
  }
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'def key_of(secret):',
      '    if not secret:',
      '        raise ValueError("The secret is not set.")',
      '    return secret.encode()',
    )
  return lines(
    'def key_of(secret):',
    '    if not secret:',
    '        raise ValueError("The secret is not set.")',
    withoutPrefix(strip, 'secret'),
    strip?.length ? bare !== undefined && lines('    if prefix is None:', `        return ${decoded[bare]}`) : false,
    `    key = ${decoded[enc]}`,
    '    if not key:',
    '        raise ValueError("The secret cannot be read.")',
    '    return key',
  )
}

export function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const der = (bytes: string): string => `serialization.load_der_public_key(${bytes})`
  const raw = (bytes: string): string =>
    row.alg === 'ed25519' ? `Ed25519PublicKey.from_public_bytes(${bytes})` : der(bytes)
  const base64 = 'base64.b64decode(text + "=" * (-len(text) % 4))'
  const made = {
    pem: lines(
      '    if "-----BEGIN" not in text:',
      '        text = base64.b64decode(text).decode()',
      '    return serialization.load_pem_public_key(text.encode())',
    ),
    jwk: lines(
      '    jwk = json.loads(text)',
      '    number = lambda name: int.from_bytes(jwk_bytes(jwk[name]), "big")',
      jwk(row),
    ),
    'spki-base64': `    return ${der('base64.b64decode(text)')}`,
    hex: `    return ${raw('bytes.fromhex(text)')}`,
    base64: `    return ${raw(base64)}`,
    utf8: '    return serialization.load_pem_public_key(text.encode())',
  }[enc]
  return lines(
    'def key_of(public_key):',
    withoutPrefix(strip, 'public_key'),
    made,
    enc === 'jwk' &&
      lines('', '', 'def jwk_bytes(text):', '    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))'),
  )
}

function jwk({ alg, algs }: Recipe['row']): string {
  if (alg === 'ed25519') return '    return Ed25519PublicKey.from_public_bytes(jwk_bytes(jwk["x"]))'
  const elliptic = '    return ec.EllipticCurvePublicNumbers(number("x"), number("y"), ec.SECP256R1()).public_key()'
  const modular = '    return rsa.RSAPublicNumbers(number("e"), number("n")).public_key()'
  if (alg === 'ecdsa-p256') return elliptic
  if (alg === 'rsa-sha1' || alg === 'rsa-sha256') return modular
  if (algs?.length === 1) return algs[0] === 'ES256' ? elliptic : modular
  return lines('    if jwk["kty"] == "EC":', `    ${elliptic}`, modular)
}

/** Whether a signature fits; a key of another kind, or a signature that is none, does not. */
export function fits({ row }: Recipe): string {
  const elliptic = 'key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))'
  const modular = (hash: string): string => `key.verify(signature, signed, padding.PKCS1v15(), hashes.${hash}())`
  if (row.alg === 'jwt')
    return lines(
      'def fits(key, algorithm, signature, signed):',
      '    try:',
      '        if algorithm == "ES256":',
      '            # RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other.',
      '            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))',
      '            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))',
      '        else:',
      `            ${modular('SHA256')}`,
      '        return len(signature) == 64 or algorithm != "ES256"',
      '    except (InvalidSignature, TypeError, ValueError, AttributeError):',
      '        return False',
    )
  const check =
    row.alg === 'ed25519'
      ? 'key.verify(signature, signed)'
      : row.alg === 'ecdsa-p256'
        ? elliptic
        : modular(row.alg === 'rsa-sha1' ? 'SHA1' : 'SHA256')
  return lines(
    'def fits(key, signature, signed):',
    '    try:',
    `        ${check}`,
    '        return True',
    '    except (InvalidSignature, ValueError):',
    '        return False',
  )
}
