/** Verifying code for Python of schemes whose signature is a JSON Web Token. */
import { pythonText } from '../literals.ts'
import { claimsOf, indent, lines, type Recipe } from '../recipe.ts'
import { signature, tuple, values, companion } from './call.ts'

export function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const check = isPublic
    ? 'if any(fits(key, header["alg"], signature, signed) for key in keys) and holds('
    : 'expected = [hmac.new(key, signed, ALGORITHMS[header["alg"]]).digest() for key in keys]\n        if any(hmac.compare_digest(signature, each) for each in expected) and holds('
  const algorithms = isPublic
    ? `ALGORITHMS = ${tuple((row.algs ?? []).map(pythonText))}`
    : `ALGORITHMS = {${(row.algs ?? []).map((alg) => `"${alg}": "sha${alg.slice(2)}"`).join(', ')}}`
  return lines(
    '# Only these: a token must not choose how it is checked.',
    algorithms,
    '',
    '',
    signature(recipe),
    indent(companion(row) || '', 4) || false,
    `    for token in [text for value in ${values(recipe)} for text in signatures_in(value)]:`,
    '        first, second, third = (token.split(".") + ["", "", ""])[:3]',
    '        header, claims, signature = read_part(first), read_part(second), decode(third)',
    '        if token.count(".") != 2 or header is None or claims is None or "crit" in header or "b64" in header:',
    '            continue',
    '        if header.get("alg") not in tuple(ALGORITHMS):',
    '            continue',
    '        signed = to_bytes(first + "." + second)',
    `        ${check}claims${claimArguments(recipe)}):`,
    '            return True',
    '    return False',
  )
}

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', raw_body'}${asks.url ? ', url' : ''}${asks.settings ? ', settings' : ''}, now`

export function claims(recipe: Recipe): string {
  const { iss, aud, bodySha256Hex, urlSha256Hex, bodyOptional, needed, skew, oldest, ahead } = claimsOf(recipe)
  const refuse = (when: string): string => lines(`    if ${when}:`, '        return False')
  const digest = (name: string, of: string): string =>
    `str(claims.get(${pythonText(name)})).lower() != hashlib.sha256(${of}).hexdigest()`
  return lines(
    `def holds(claims${claimArguments(recipe)}):`,
    '    """What the token says of itself and of this request."""',
    needed.length > 0 && refuse(`not all(name in claims for name in ${tuple(needed.map(pythonText))})`),
    refuse('any(type(claims[name]) not in (int, float) for name in ("exp", "nbf", "iat") if name in claims)'),
    '    seconds = int(now)',
    refuse(`"exp" in claims and claims["exp"] <= seconds - ${skew}`),
    refuse(`"nbf" in claims and claims["nbf"] > seconds + ${skew}`),
    oldest !== undefined && refuse(`seconds - claims["iat"] > ${oldest}`),
    refuse(`"iat" in claims and claims["iat"] > seconds + ${ahead}`),
    iss !== undefined && refuse(`claims.get("iss") != ${pythonText(iss)}`),
    aud !== undefined &&
      lines(
        '    audience = claims.get("aud")',
        refuse(`settings[${pythonText(aud)}] not in (audience if isinstance(audience, list) else [audience])`),
      ),
    bodySha256Hex !== undefined &&
      refuse(
        bodyOptional === true
          ? `(raw_body or ${pythonText(bodySha256Hex)} in claims) and ${digest(bodySha256Hex, 'raw_body')}`
          : digest(bodySha256Hex, 'raw_body'),
      ),
    urlSha256Hex !== undefined && refuse(digest(urlSha256Hex, 'url.encode()')),
    '    return True',
  )
}

export const READ_PART = `def read_part(text):
    try:
        value = json.loads(decode(text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None`
