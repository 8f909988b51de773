/** How verifying code for PHP reads a secret or a public key. */
import { byteText } from '../literals.ts'
import { digestName, lines, type Recipe } from '../recipe.ts'
import { array } from './call.ts'

function withoutPrefix(strip: readonly string[] | undefined, of: string, bare?: string): string {
  if (!strip?.length) return `    $text = ${of};`
  return lines(
    bare === undefined ? `    $text = ${of};` : '    $text = null;',
    `    foreach (${array(strip.map(byteText))} as $prefix) {`,
    `        if (str_starts_with(${of}, $prefix)) {`,
    `            $text = substr(${of}, strlen($prefix));`,
    '            break;',
    '        }',
    '    }',
    bare !== undefined && lines('    if ($text === null) {', `        return ${bare};`, '    }'),
  )
}

export function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const decoded = (how: string, text: string): string =>
    how === 'utf8'
      ? normalize === undefined
        ? text
        : `\\Normalizer::normalize(${text}, \\Normalizer::FORM_KD)`
      : how === 'hex'
        ? `hex2bin(${text})`
        : `base64_decode(${text}, true)`
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'private static function keyOf(string $secret): string',
      '{',
      "    return $secret !== '' ? $secret : throw new \\InvalidArgumentException('The secret is not set.');",
      '}',
    )
  return lines(
    normalize !== undefined && '// Normalizer comes with the extension intl.',
    'private static function keyOf(string $secret): string',
    '{',
    "    if ($secret === '') {",
    "        throw new \\InvalidArgumentException('The secret is not set.');",
    '    }',
    withoutPrefix(strip, '$secret', strip?.length && bare !== undefined ? decoded(bare, '$secret') : undefined),
    `    $key = ${decoded(enc, '$text')};`,
    "    if ($key === false || $key === '') {",
    "        throw new \\InvalidArgumentException('The secret cannot be read.');",
    '    }',
    '    return $key;',
    '}',
  )
}

/** Ed25519 keys become their 32 bytes, which is what sodium takes; others PEM, which is what openssl takes. */
export function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const ed25519 = row.alg === 'ed25519'
  const bytes = enc === 'hex' ? 'hex2bin($text)' : 'base64_decode($text)'
  const asPem = (der: string): string =>
    `"-----BEGIN PUBLIC KEY-----\\n" . chunk_split(base64_encode(${der}), 64, "\\n") . "-----END PUBLIC KEY-----\\n"`
  const made: Record<string, string> = {
    pem: lines(
      "    $pem = str_contains($text, '-----BEGIN') ? $text : base64_decode($text);",
      ed25519
        ? "    return substr(base64_decode(preg_replace('/-----[^-]+-----/', '', $pem)), -32);"
        : '    return $pem;',
    ),
    jwk: lines(
      '    $jwk = json_decode($text, true);',
      "    $bytes = fn ($name) => base64_decode(strtr($jwk[$name], '-_', '+/'));",
      ed25519
        ? "    return $bytes('x');"
        : lines(
            "    $der = $jwk['kty'] === 'EC'",
            "        ? hex2bin('3059301306072a8648ce3d020106082a8648ce3d030107034200') . \"\\x04\" . $bytes('x') . $bytes('y')",
            '        : self::der("\\x30", hex2bin(\'300d06092a864886f70d0101010500\') . self::der("\\x03", "\\0" . self::der(',
            '            "\\x30",',
            '            self::der("\\x02", "\\0" . $bytes(\'n\')) . self::der("\\x02", $bytes(\'e\')),',
            '        )));',
            `    return ${asPem('$der')};`,
          ),
    ),
    'spki-base64': ed25519 ? `    return substr(${bytes}, -32);` : `    return ${asPem(bytes)};`,
    hex: ed25519 ? `    return ${bytes};` : `    return ${asPem(bytes)};`,
    base64: ed25519 ? `    return ${bytes};` : `    return ${asPem(bytes)};`,
    utf8: '    return $text;',
  }
  return lines(
    'private static function keyOf(string $publicKey): string',
    '{',
    withoutPrefix(strip, '$publicKey'),
    made[enc],
    '}',
  )
}

export const DER = `private static function der(string $tag, string $content): string
{
    $length = strlen($content);
    return $tag . ($length < 128 ? chr($length) : "\\x82" . pack('n', $length)) . $content;
}`

export function fits({ row }: Recipe): string {
  if (row.alg === 'ed25519')
    return lines(
      'private static function fits(string $key, string $signature, string $signed): bool',
      '{',
      '    return strlen($signature) === 64 && sodium_crypto_sign_verify_detached($signature, $signed, $key);',
      '}',
    )
  if (row.alg !== 'jwt')
    return lines(
      'private static function fits(string $key, string $signature, string $signed): bool',
      '{',
      `    return openssl_verify($signed, $signature, $key, OPENSSL_ALGO_${digestName(row.alg).toUpperCase()}) === 1;`,
      '}',
    )
  return lines(
    'private static function fits(string $key, string $algorithm, string $signature, string $signed): bool',
    '{',
    "    $kind = openssl_pkey_get_details(openssl_pkey_get_public($key))['type'];",
    "    if ($kind !== ($algorithm === 'ES256' ? OPENSSL_KEYTYPE_EC : OPENSSL_KEYTYPE_RSA)) {",
    '        return false;',
    '    }',
    "    if ($algorithm === 'ES256') {",
    '        if (strlen($signature) !== 64) {',
    '            return false;',
    '        }',
    '        // RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other. OpenSSL wants them in DER.',
    "        $numbers = '';",
    '        foreach (str_split($signature, 32) as $number) {',
    '            $number = ltrim($number, "\\0");',
    "            $number = ($number === '' || ord($number[0]) > 127 ? \"\\0\" : '') . $number;",
    '            $numbers .= "\\x02" . chr(strlen($number)) . $number;',
    '        }',
    '        $signature = "\\x30" . chr(strlen($numbers)) . $numbers;',
    '    }',
    '    return openssl_verify($signed, $signature, $key, OPENSSL_ALGO_SHA256) === 1;',
    '}',
  )
}
