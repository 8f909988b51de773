/** How verifying code for Ruby reads a secret or a public key. */
import { byteText } from '../literals.ts'
import { digestName, lines, type Recipe } from '../recipe.ts'
import { array } from './call.ts'

function withoutPrefix(strip: readonly string[] | undefined, of: string): string {
  if (!strip?.length) return `  text = ${of}`
  return lines(
    `  prefix = ${array(strip.map(byteText))}.find { |each| ${of}.start_with?(each) }`,
    `  text = ${of}.delete_prefix(prefix.to_s)`,
  )
}

export function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const decoded: Record<string, string> = {
    utf8: normalize === undefined ? 'text.b' : `text.unicode_normalize(:${normalize.toLowerCase()}).b`,
    base64: "text.unpack1('m')",
    hex: "[text].pack('H*')",
  }
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'def key_of(secret)',
      "  raise ArgumentError, 'The secret is not set.' if secret.nil? || secret.empty?",
      '',
      '  secret.b',
      'end',
    )
  return lines(
    'def key_of(secret)',
    "  raise ArgumentError, 'The secret is not set.' if secret.nil? || secret.empty?",
    '',
    withoutPrefix(strip, 'secret'),
    strip?.length ? bare !== undefined && `  return ${decoded[bare]} if prefix.nil?` : false,
    `  key = ${decoded[enc]}`,
    "  raise ArgumentError, 'The secret cannot be read.' if key.empty?",
    '',
    '  key',
    'end',
  )
}

export function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const raw = (bytes: string): string =>
    row.alg === 'ed25519'
      ? `  OpenSSL::PKey.read(['302a300506032b6570032100'].pack('H*') + ${bytes})`
      : `  OpenSSL::PKey.read(${bytes})`
  const made: Record<string, string> = {
    pem: "  OpenSSL::PKey.read(text.include?('-----BEGIN') ? text : text.unpack1('m'))",
    'spki-base64': "  OpenSSL::PKey.read(text.unpack1('m'))",
    hex: raw("[text].pack('H*')"),
    base64: raw("text.unpack1('m')"),
    jwk: jwk(row.alg === 'ed25519'),
    utf8: '  OpenSSL::PKey.read(text)',
  }
  return lines('def key_of(public_key)', withoutPrefix(strip, 'public_key'), made[enc], 'end')
}

function jwk(ed25519: boolean): string {
  const start = lines('  jwk = JSON.parse(text)', "  bytes = ->(name) { jwk[name].tr('-_', '+/').unpack1('m') }")
  if (ed25519) return lines(start, "  OpenSSL::PKey.read(['302a300506032b6570032100'].pack('H*') + bytes['x'])")
  return lines(
    start,
    "  if jwk['kty'] == 'EC'",
    "    head = ['3059301306072a8648ce3d020106082a8648ce3d03010703420004'].pack('H*')",
    "    return OpenSSL::PKey.read(head + bytes['x'] + bytes['y'])",
    '  end',
    '',
    '  numbers = %w[n e].map { |name| OpenSSL::ASN1::Integer(OpenSSL::BN.new(bytes[name], 2)) }',
    "  algorithm = OpenSSL::ASN1::Sequence([OpenSSL::ASN1::ObjectId('rsaEncryption'), OpenSSL::ASN1::Null(nil)])",
    '  key = OpenSSL::ASN1::BitString(OpenSSL::ASN1::Sequence(numbers).to_der)',
    '  OpenSSL::PKey.read(OpenSSL::ASN1::Sequence([algorithm, key]).to_der)',
  )
}

export function fits({ row }: Recipe): string {
  if (row.alg !== 'jwt')
    return lines(
      'def fits?(key, signature, signed)',
      `  key.verify(${row.alg === 'ed25519' ? 'nil' : `'${digestName(row.alg).toUpperCase()}'`}, signature, signed)`,
      'rescue OpenSSL::PKey::PKeyError',
      '  false',
      'end',
    )
  return lines(
    'def fits?(key, algorithm, signature, signed)',
    "  return false if key.oid != (algorithm == 'ES256' ? 'id-ecPublicKey' : 'rsaEncryption')",
    '',
    "  if algorithm == 'ES256'",
    '    return false if signature.bytesize != 64',
    '',
    '    # RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other. OpenSSL wants them in DER.',
    '    numbers = [signature[0, 32], signature[32, 32]].map { |half| OpenSSL::ASN1::Integer(OpenSSL::BN.new(half, 2)) }',
    '    signature = OpenSSL::ASN1::Sequence(numbers).to_der',
    '  end',
    "  key.verify('SHA256', signature, signed)",
    'rescue OpenSSL::PKey::PKeyError',
    '  false',
    'end',
  )
}
