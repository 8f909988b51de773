/** Verifying code for PHP of schemes whose signature is a JSON Web Token. */
import { byteText } from '../literals.ts'
import { claimsOf, indent, lines, type Recipe } from '../recipe.ts'
import { signature, array, values, refuse, companion } from './call.ts'

export function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const check = isPublic
    ? "self::fits($key, $header['alg'], $signature, $signed)"
    : "hash_equals(hash_hmac(str_replace('HS', 'sha', $header['alg']), $signed, $key, true), $signature)"
  return lines(
    '/** Only these: a token must not choose how it is checked. */',
    `private const ALGORITHMS = ${array((row.algs ?? []).map(byteText))};`,
    '',
    signature(recipe),
    companion(row) && indent(companion(row) || '', 4),
    `    foreach (array_merge([], ...array_map(self::signaturesIn(...), array_values(${values(recipe)}))) as $token) {`,
    "        $parts = explode('.', $token);",
    '        if (count($parts) !== 3) {',
    '            continue;',
    '        }',
    '        [$header, $claims, $signature] = [self::readPart($parts[0]), self::readPart($parts[1]), self::decode($parts[2])];',
    "        if ($header === null || $claims === null || array_key_exists('crit', $header) || array_key_exists('b64', $header)) {",
    '            continue;',
    '        }',
    "        if (!in_array($header['alg'] ?? null, self::ALGORITHMS, true)) {",
    '            continue;',
    '        }',
    "        $signed = $parts[0] . '.' . $parts[1];",
    '        foreach ($keys as $key) {',
    `            if (${check} && self::holds($claims${claimArguments(recipe)})) {`,
    '                return true;',
    '            }',
    '        }',
    '    }',
    '    return false;',
    '}',
  )
}

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', $rawBody'}${asks.url ? ', $url' : ''}${asks.settings ? ', $settings' : ''}, $now`

export function claims(recipe: Recipe): string {
  const { iss, aud, bodySha256Hex, urlSha256Hex, bodyOptional, needed, skew, oldest, ahead } = claimsOf(recipe)
  const parameters = claimArguments(recipe)
    .replace('$rawBody', 'string $rawBody')
    .replace('$url', 'string $url')
    .replace('$settings', 'array $settings')
    .replace('$now', 'float $now')
  const not = (when: string): string => indent(refuse(when), 4)
  const said = (name: string): string => `$claims[${byteText(name)}] ?? null`
  const digest = (name: string, of: string): string =>
    `!is_string(${said(name)}) || strtolower($claims[${byteText(name)}]) !== hash('sha256', ${of})`
  return lines(
    '/** What the token says of itself and of this request. */',
    `private static function holds(array $claims${parameters}): bool`,
    '{',
    needed.length > 0 &&
      not(`count(array_intersect_key(array_flip(${array(needed.map(byteText))}), $claims)) < ${new Set(needed).size}`),
    "    foreach (['exp', 'nbf', 'iat'] as $name) {",
    '        if (array_key_exists($name, $claims) && !is_int($claims[$name]) && !is_float($claims[$name])) {',
    '            return false;',
    '        }',
    '    }',
    '    $seconds = (int) floor($now);',
    not(`isset($claims['exp']) && $claims['exp'] <= $seconds - ${skew}`),
    not(`isset($claims['nbf']) && $claims['nbf'] > $seconds + ${skew}`),
    oldest !== undefined && not(`$seconds - $claims['iat'] > ${oldest}`),
    not(`isset($claims['iat']) && $claims['iat'] > $seconds + ${ahead}`),
    iss !== undefined && not(`(${said('iss')}) !== ${byteText(iss)}`),
    aud !== undefined && not(`!in_array($settings[${byteText(aud)}], (array) (${said('aud')}), true)`),
    bodySha256Hex !== undefined &&
      not(
        bodyOptional === true
          ? `!($rawBody === '' && !isset($claims[${byteText(bodySha256Hex)}])) && (${digest(bodySha256Hex, '$rawBody')})`
          : digest(bodySha256Hex, '$rawBody'),
      ),
    urlSha256Hex !== undefined && not(digest(urlSha256Hex, '$url')),
    '    return true;',
    '}',
  )
}

export const READ_PART = `private static function readPart(string $text): ?array
{
    $json = self::decode($text);
    $value = str_starts_with(ltrim($json), '{') ? json_decode($json, true) : null;
    return is_array($value) ? $value : null;
}`
