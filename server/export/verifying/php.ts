/** Verifying code for PHP 8.1 and later: a class of its own, so that its helpers meet no others. */
import { byteText, wireText } from './literals.ts'
import { blocks, digestName, indent, limitsOf, lines, type Piece, type Recipe } from './recipe.ts'

export function php(recipe: Recipe): string {
  const { row, readsJson, pieces } = recipe
  const jwt = row.alg === 'jwt'
  const members = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && row.key.enc === 'jwk' && row.alg !== 'ed25519' && DER,
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    (row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')) && SINGLE,
    row.sig.in === 'query' && QUERY_VALUES,
    pieces.some(({ is }) => is === 'query') && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  return blocks('<?php', head(recipe), lines('final class WebhookSignature', '{', indent(members.join('\n\n'), 4), '}'))
}

const usesHeaders = ({ row, pieces }: Recipe): boolean =>
  row.sig.in === 'header' ||
  row.ts?.in === 'header' ||
  row.match !== undefined ||
  pieces.some(({ is }) => is === 'header' || is === 'id')

function head({ title, asks, publicKey, row }: Recipe): string {
  return lines(
    '/*',
    ` * ${title}`,
    ' *',
    " * $rawBody     the bytes as they came: file_get_contents('php://input'), or $request->getContent() in Laravel and Symfony.",
    ' *              A body that was parsed and written again does not fit.',
    ' * $headers     getallheaders(), or $request->headers->all()',
    publicKey
      ? ' * $publicKeys  the public key of the sender, or a list of them'
      : ' * $secrets     the secret, or a list of them while one is being replaced',
    asks.method && " * $method      $_SERVER['REQUEST_METHOD']",
    asks.url && ' * $url         the public URL that the sender called, to the letter and with its query',
    asks.settings && ' * $settings    the values that are looked up in it below',
    asks.now && ' * $now         in Unix seconds; only tests need to give it',
    publicKey && row.alg === 'ed25519' && ' *\n * Needs the extension sodium, which comes with PHP.',
    publicKey && row.alg !== 'ed25519' && ' *\n * Needs the extension openssl, which comes with PHP.',
    ' */',
  )
}

function signature({ asks, publicKey }: Recipe): string {
  const keys = publicKey ? '$publicKeys' : '$secrets'
  const parameters = [
    'string $rawBody',
    'array $headers',
    `string|array ${keys}`,
    asks.method && 'string $method',
    asks.url && 'string $url',
    asks.settings && 'array $settings',
    asks.now && '?float $now = null',
  ].filter((each) => each !== false)
  return lines(
    `public static function verify(${parameters.join(', ')}): bool`,
    '{',
    asks.now && '    $now ??= microtime(true);',
    `    $keys = array_map(self::keyOf(...), (array) ${keys});`,
  )
}

const array = (items: readonly string[]): string => `[${items.join(', ')}]`
const path = (keys: readonly string[]): string => array(keys.map(byteText))
const names = (all: readonly string[]): string => array(all.map((name) => wireText(name.toLowerCase())))

function values({ row, names: all }: Recipe): string {
  const each = (call: (name: string) => string): string =>
    all.length === 1
      ? call(wireText(all[0] ?? ''))
      : `array_merge(...array_map(fn ($name) => ${call('$name')}, ${array(all.map(wireText))}))`
  switch (row.sig.in) {
    case 'header':
      return each((name) => `self::valuesOf($headers, ${name})`)
    case 'query':
      return each((name) => `self::queryValues($url, ${name})`)
    case 'bodyJson':
      return `array_filter(${array(all.map((name) => `self::jsonAt($rawBody, ${path(name.split('.'))})`))}, fn ($value) => $value !== null)`
    case 'body':
      return '[$rawBody]'
  }
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 4) || false,
      `    $signatures = array_merge([], ...array_map(self::signaturesIn(...), array_values(${values(recipe)})));`,
      indent(compare(recipe), 4),
      '    return false;',
      '}',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 4) || false,
    `    foreach (${values(recipe)} as $value) {`,
    '        [$timestamp, $signatures] = self::signaturesIn($value);',
    needsTimestamp
      ? '        if ($timestamp === null || !self::isFresh($timestamp, $now)) {'
      : '        if ($timestamp !== null && !self::isFresh($timestamp, $now)) {',
    '            continue;',
    '        }',
    indent(compare(recipe), 8),
    '    }',
    '    return false;',
    '}',
  )
}

const refuse = (when: string): string => lines(`if (${when}) {`, '    return false;', '}')

function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return refuse(
    `self::valuesOf($headers, ${wireText(match.header.toLowerCase())}) !== [$settings[${byteText(match.extra)}]]`,
  )
}

function outsideStamp({ row: { ts }, needsTimestamp }: Recipe): string | false {
  if (ts === undefined || ts.in === 'sigField') return false
  const read =
    ts.in === 'bodyJson'
      ? `self::jsonAt($rawBody, ${path(ts.name.split('.'))})`
      : `self::single($headers, ${names([ts.name, ...(ts.aliases ?? [])])})`
  const bad = needsTimestamp
    ? '!is_string($timestamp) || !self::isFresh($timestamp, $now)'
    : '$timestamp === false || ($timestamp !== null && !self::isFresh($timestamp, $now))'
  return lines(`$timestamp = ${read};`, refuse(bad))
}

function parts({ row, pieces }: Recipe): string | false {
  const found: string[] = []
  const give = (name: string, value: string): void =>
    void found.push(`${name} = ${value};`, refuse(`!is_string(${name})`))
  pieces.forEach((piece, at) => {
    if (piece.is === 'header') give(`$part${at}`, `self::valuesOf($headers, ${wireText(piece.name)})[0] ?? null`)
    else if (piece.is === 'json') give(`$part${at}`, `self::jsonAt($rawBody, ${path(piece.path)})`)
    else if (piece.is === 'extra') give(`$part${at}`, `$settings[${byteText(piece.name)}] ?? null`)
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id'))
    give('$id', `self::single($headers, ${names([row.id.name, ...(row.id.aliases ?? [])])})`)
  return found.length > 0 && lines(...found)
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  const token = row.alg === 'token'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `$signed = ${pieces.map(pieceText).join(' . ')};`
  const mac =
    row.alg === 'hash-sha256'
      ? "hash('sha256', $signed, true)"
      : `hash_hmac('${digestName(row.alg)}', $signed, $key, true)`
  const fit = token
    ? 'hash_equals($key, self::decode($text))'
    : isPublic
      ? 'self::fits($key, self::decode($text), $signed)'
      : 'hash_equals($expected, self::decode($text))'
  return lines(
    !perKey && !token && content,
    'foreach ($keys as $key) {',
    perKey && `    ${content}`,
    !isPublic && !token && `    $expected = ${mac};`,
    '    foreach ($signatures as $text) {',
    `        if (${fit}) {`,
    '            return true;',
    '        }',
    '    }',
    '}',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return byteText(piece.text)
    case 'body':
      return '$rawBody'
    case 'ts':
      return '$timestamp'
    case 'id':
      return '$id'
    case 'url':
      return '$url'
    case 'method':
      return '$method'
    case 'secret':
      return '$key'
    case 'query':
      return 'self::signedQuery($url)'
    case 'bodyBase64':
      return 'base64_encode($rawBody)'
    case 'crc32':
      return "sprintf('%u', crc32($rawBody))"
    case 'extra':
    case 'header':
    case 'json':
      return `$part${at}`
  }
}

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

function secretKey({ row }: Recipe): string {
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
function publicKey({ row }: Recipe): string {
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

const DER = `private static function der(string $tag, string $content): string
{
    $length = strlen($content);
    return $tag . ($length < 128 ? chr($length) : "\\x82" . pack('n', $length)) . $content;
}`

function fits({ row }: Recipe): string {
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

function signaturesIn({ row, form, stampForm }: Recipe): string {
  const { list } = row.sig
  const length = (text: string): number => Buffer.from(text, 'latin1').length
  const cut = (start: string): string => (start === '' ? '$element' : `substr($element, ${length(start)})`)
  const all =
    list === undefined ? '[$value]' : `array_map(fn ($part) => trim($part, " \\t"), explode(${wireText(list)}, $value))`
  return lines(
    stampForm === undefined
      ? '/** All that fit the form count: while a secret is being replaced, there are two. */'
      : '/** The timestamp, and all signatures: while a secret is being replaced, there are two. */',
    'private static function signaturesIn(string $value): array',
    '{',
    '    $signatures = [];',
    stampForm !== undefined && '    $timestamp = null;',
    `    foreach (${all} as $element) {`,
    stampForm !== undefined &&
      lines(
        `        if (str_starts_with($element, ${wireText(stampForm)})) {`,
        `            $timestamp = ${cut(stampForm)};`,
        '        }',
      ),
    form === ''
      ? '        $signatures[] = $element;'
      : lines(
          `        if (str_starts_with($element, ${wireText(form)})) {`,
          `            $signatures[] = ${cut(form)};`,
          '        }',
        ),
    '    }',
    stampForm === undefined ? '    return $signatures;' : '    return [$timestamp, $signatures];',
    '}',
  )
}

function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  const how = row.alg === 'jwt' ? 'base64url' : enc
  const body = {
    hex: lines(
      `    return preg_match('/\\A(?:[0-9a-f]{2})+\\z/${hexCase === 'lower' ? '' : 'i'}', $text) === 1 ? hex2bin($text) : '';`,
    ),
    base64: lines(
      '    $decoded = (string) base64_decode($text, true);',
      "    return base64_encode($decoded) === $text ? $decoded : '';",
    ),
    base64url: lines(
      "    $decoded = (string) base64_decode(strtr($text, '-_', '+/'), true);",
      "    return rtrim(strtr(base64_encode($decoded), '+/', '-_'), '=') === $text ? $decoded : '';",
    ),
    utf8: '    return $text;',
  }[how]
  return lines(
    '/** Strict; what cannot be read has no bytes, and fits nothing. */',
    'private static function decode(string $text): string',
    '{',
    body,
    '}',
  )
}

function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const limits = [past !== null && `$age <= ${past}`, future !== null && `$age >= -${future}`].filter(
    (each) => each !== false,
  )
  const unlimited = limits.length === 0
  return lines(
    unlimited && '/** Age is not limited here: compare $age with a limit of your own. */',
    'private static function isFresh(string $timestamp, float $now): bool',
    '{',
    ts.unit === 'iso'
      ? lines(
          "    $form = '/\\A(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)\\z/';",
          '    if (preg_match($form, $timestamp, $match) !== 1) {',
          '        return false;',
          '    }',
          '    try {',
          '        $moment = new \\DateTimeImmutable($match[1] . substr($match[2], 0, 4) . $match[3]);',
          '    } catch (\\Exception) {',
          '        return false;',
          '    }',
          "    $age = (int) round($now * 1000) - (int) $moment->format('Uv'); // in milliseconds",
        )
      : lines(
          "    if (preg_match('/\\A[0-9]{1,15}\\z/', $timestamp) !== 1) {",
          '        return false;',
          '    }',
          ts.unit === 's'
            ? '    $age = (int) floor($now) - (int) $timestamp; // in seconds'
            : '    $age = (int) round($now * 1000) - (int) $timestamp; // in milliseconds',
        ),
    `    return ${unlimited ? 'true' : limits.join(' && ')};`,
    '}',
  )
}

function verifyJwt(recipe: Recipe): string {
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
    "        if ($header === null || $claims === null || array_key_exists('crit', $header)) {",
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

function claims(recipe: Recipe): string {
  const {
    iss,
    aud,
    bodySha256Hex,
    urlSha256Hex,
    maxAge,
    skew = 0,
    requireExp,
    required = [],
    bodyOptional,
  } = recipe.row.claims ?? {}
  const parameters = claimArguments(recipe)
    .replace('$rawBody', 'string $rawBody')
    .replace('$url', 'string $url')
    .replace('$settings', 'array $settings')
    .replace('$now', 'float $now')
  const not = (when: string): string => indent(refuse(when), 4)
  const needed = [requireExp && 'exp', maxAge !== undefined && 'iat', ...required].filter(
    (each) => typeof each === 'string',
  )
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
    maxAge !== undefined && not(`$seconds - $claims['iat'] > ${maxAge + skew}`),
    not(`isset($claims['iat']) && $claims['iat'] > $seconds + ${maxAge === undefined ? Math.max(skew, 300) : skew}`),
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

const READ_PART = `private static function readPart(string $text): ?array
{
    $json = self::decode($text);
    $value = str_starts_with(ltrim($json), '{') ? json_decode($json, true) : null;
    return is_array($value) ? $value : null;
}`

const VALUES_OF = `/** All values of a header. */
private static function valuesOf(array $headers, string $name): array
{
    $found = [];
    foreach ($headers as $key => $value) {
        if (strtolower((string) $key) === $name) {
            array_push($found, ...array_values((array) $value));
        }
    }
    return $found;
}`

const SINGLE = `/** The value of a header that comes once: null where there is none, false where there are several. */
private static function single(array $headers, array $names): string|false|null
{
    foreach ($names as $name) {
        $values = array_unique(self::valuesOf($headers, $name));
        if ($values !== []) {
            return count($values) === 1 ? $values[0] : false;
        }
    }
    return null;
}`

const QUERY_VALUES = `/** Percent escapes are decoded, + stays +: in a signature it is a base64 digit. */
private static function queryValues(string $url, string $name): array
{
    $found = [];
    foreach (explode('&', explode('?', explode('#', $url, 2)[0], 2)[1] ?? '') as $pair) {
        [$key, $value] = [...explode('=', $pair, 2), ''];
        if (rawurldecode($key) === $name) {
            $found[] = rawurldecode($value);
        }
    }
    return $found;
}`

function signedQuery({ row, names: all }: Recipe): string {
  const own = row.sig.in === 'query' ? all[0] : undefined
  return lines(
    own === undefined
      ? '/** The query as it came. */'
      : '/** The query as it came, without the signature, which cannot cover itself. */',
    'private static function signedQuery(string $url): string',
    '{',
    "    $query = explode('?', explode('#', $url, 2)[0], 2)[1] ?? '';",
    own === undefined
      ? '    return $query;'
      : lines(
          `    $own = fn ($pair) => rawurldecode(explode('=', $pair, 2)[0]) === ${wireText(own)};`,
          "    return implode('&', array_filter(explode('&', $query), fn ($pair) => !$own($pair)));",
        ),
    '}',
  )
}

const JSON_AT = `/** A text, number or boolean inside the JSON body; null where there is none. */
private static function jsonAt(string $rawBody, array $path): ?string
{
    $value = json_decode($rawBody, true, 512, JSON_INVALID_UTF8_SUBSTITUTE | JSON_BIGINT_AS_STRING);
    foreach ($path as $key) {
        if (!is_array($value) || !array_key_exists($key, $value)) {
            return null;
        }
        $value = $value[$key];
    }
    return match (true) {
        is_string($value), is_int($value) => (string) $value,
        is_bool($value) => $value ? 'true' : 'false',
        is_float($value) => preg_replace('/\\.0\\z/', '', json_encode($value)),
        default => null,
    };
}`
