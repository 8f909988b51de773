/** Verifying code for Node of schemes whose signature is a JSON Web Token. */
import { jsText } from '../literals.ts'
import { claimsOf, indent, lines, type Recipe } from '../recipe.ts'
import { signature, keysLine, values, companion } from './call.ts'

export const algorithms = ({ row }: Recipe): string =>
  lines(
    '/** Only these: a token must not choose how it is checked. */',
    `const ALGORITHMS = [${(row.algs ?? []).map(jsText).join(', ')}]`,
  )

export function verifyJwt(recipe: Recipe): string {
  const { row, publicKey } = recipe
  const algorithms = row.algs ?? []
  const check = publicKey
    ? lines(
        `  // RFC 7518 §3.4: the two numbers of ECDSA stand one after the other.`,
        `  const fitting = keys.some((key) => fits('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature))`,
      )
    : lines(
        '  const fitting = keys.some((key) => {',
        "    const expected = createHmac(header.alg.replace('HS', 'sha'), key).update(signed).digest()",
        '    return signature.length === expected.length && timingSafeEqual(signature, expected)',
        '  })',
      )
  return lines(
    signature(recipe),
    `  ${keysLine(recipe)}`,
    companion(recipe) && indent(companion(recipe) || '', 2),
    `  return ${values(recipe)}.flatMap(signaturesIn).some((token) => {`,
    indent(
      lines(
        "  const [first, second, third, ...more] = token.split('.')",
        '  if (third === undefined || more.length > 0) return false',
        '  const header = readPart(first)',
        '  const claims = readPart(second)',
        '  if (!ALGORITHMS.includes(header?.alg) || header.crit !== undefined || header.b64 !== undefined || claims === undefined) return false',
        "  const signed = [first, second].join('.')",
        "  const signature = Buffer.from(third, 'base64url')",
        "  if (signature.toString('base64url') !== third) return false",
        publicKey && keyFitsAlgorithm(algorithms),
        check,
        `  return fitting && holds(claims${claimArguments(recipe)})`,
      ),
      2,
    ),
    '  })',
    '}',
  )
}

/** A key of the other kind would be asked to do what it cannot, and Node throws. */
const keyFitsAlgorithm = (algorithms: readonly string[]): string | false =>
  algorithms.length > 1 &&
  "  const kind = header.alg === 'ES256' ? 'ec' : 'rsa'\n  if (!keys.some((key) => key.asymmetricKeyType === kind)) return false"

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', rawBody'}${asks.url ? ', url' : ''}${asks.settings ? ', settings' : ''}, now`

export function claims(recipe: Recipe): string {
  const { iss, aud, bodySha256Hex, urlSha256Hex, bodyOptional, needed, skew, oldest, ahead } = claimsOf(recipe)
  const not = (when: string): string => `  if (${when}) return false`
  const digest = (name: string, of: string): string =>
    `String(claims[${jsText(name)}]).toLowerCase() !== createHash('sha256').update(${of}).digest('hex')`
  return lines(
    '/** What the token says of itself and of this request. */',
    `function holds(claims${claimArguments(recipe)}) {`,
    needed.length > 0 && not(`![${needed.map(jsText).join(', ')}].every((name) => Object.hasOwn(claims, name))`),
    not("['exp', 'nbf', 'iat'].some((name) => claims[name] !== undefined && !Number.isFinite(claims[name]))"),
    '  const seconds = Math.floor(now / 1000)',
    not(`claims.exp <= seconds - ${skew}`),
    not(`claims.nbf > seconds + ${skew}`),
    oldest !== undefined && not(`seconds - claims.iat > ${oldest}`),
    not(`claims.iat > seconds + ${ahead}`),
    iss !== undefined && not(`claims.iss !== ${jsText(iss)}`),
    aud !== undefined && not(`![claims.aud].flat().includes(settings[${jsText(aud)}])`),
    bodySha256Hex !== undefined &&
      not(
        bodyOptional === true
          ? `(rawBody.length > 0 || claims[${jsText(bodySha256Hex)}] !== undefined) && ${digest(bodySha256Hex, 'rawBody')}`
          : digest(bodySha256Hex, 'rawBody'),
      ),
    urlSha256Hex !== undefined && not(digest(urlSha256Hex, 'url')),
    '  return true',
    '}',
  )
}

export const READ_PART = `function readPart(text) {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}`
