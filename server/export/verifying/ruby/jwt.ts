/** Verifying code for Ruby of schemes whose signature is a JSON Web Token. */
import { byteText } from '../literals.ts'
import { claimsOf, indent, lines, type Recipe } from '../recipe.ts'
import { signature, array, values, companion } from './call.ts'

export function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const check = isPublic
    ? "fits?(key, header['alg'], signature, signed)"
    : "OpenSSL.secure_compare(OpenSSL::HMAC.digest(header['alg'].sub('HS', 'SHA'), key, signed), signature)"
  return lines(
    '# Only these: a token must not choose how it is checked.',
    `ALGORITHMS = ${array((row.algs ?? []).map(byteText))}.freeze`,
    '',
    signature(recipe),
    companion(row) && indent(companion(row) || '', 2),
    `  ${values(recipe)}.flat_map { |value| signatures_in(value) }.any? do |token|`,
    "    first, second, third = parts = token.split('.', -1)",
    '    next false if parts.size != 3',
    '',
    '    header, claims, signature = read_part(first), read_part(second), decode(third)',
    "    next false if header.nil? || claims.nil? || header.key?('crit') || header.key?('b64') || !ALGORITHMS.include?(header['alg'])",
    '',
    '    signed = "#{first}.#{second}"',
    `    keys.any? { |key| ${check} } && holds?(claims${claimArguments(recipe)})`,
    '  end',
    'end',
  )
}

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', raw_body'}${asks.url ? ', url' : ''}${asks.settings ? ', settings' : ''}, now`

export function claims(recipe: Recipe): string {
  const { iss, aud, bodySha256Hex, urlSha256Hex, bodyOptional, needed, skew, oldest, ahead } = claimsOf(recipe)
  const not = (when: string): string => `  return false if ${when}`
  const digest = (name: string, of: string): string =>
    `claims[${byteText(name)}].to_s.downcase != OpenSSL::Digest.hexdigest('SHA256', ${of})`
  return lines(
    '# What the token says of itself and of this request.',
    `def holds?(claims${claimArguments(recipe)})`,
    needed.length > 0 && `  return false unless ${array(needed.map(byteText))}.all? { |name| claims.key?(name) }`,
    '  times = %w[exp nbf iat].filter_map { |name| claims[name] if claims.key?(name) }',
    '  return false unless times.all?(Numeric) && times.size == %w[exp nbf iat].count { |name| claims.key?(name) }',
    '',
    '  seconds = now.to_i',
    not(`claims['exp'] && claims['exp'] <= seconds - ${skew}`),
    not(`claims['nbf'] && claims['nbf'] > seconds + ${skew}`),
    oldest !== undefined && not(`seconds - claims['iat'] > ${oldest}`),
    not(`claims['iat'] && claims['iat'] > seconds + ${ahead}`),
    iss !== undefined && not(`claims['iss'] != ${byteText(iss)}`),
    aud !== undefined && `  return false unless Array(claims['aud']).include?(settings[${byteText(aud)}])`,
    bodySha256Hex !== undefined &&
      not(
        bodyOptional === true
          ? `!(raw_body.empty? && !claims.key?(${byteText(bodySha256Hex)})) && ${digest(bodySha256Hex, 'raw_body')}`
          : digest(bodySha256Hex, 'raw_body'),
      ),
    urlSha256Hex !== undefined && not(digest(urlSha256Hex, 'url')),
    '  true',
    'end',
  )
}

export const READ_PART = `def read_part(text)
  value = JSON.parse(decode(text).force_encoding('UTF-8'))
  value if value.is_a?(Hash)
rescue JSON::ParserError
  nil
end`
