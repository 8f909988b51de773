/** How verifying code for PHP reads values out of a request: headers, query, JSON, encodings and times. */
import { wireText } from '../literals.ts'
import { acceptsUnread, limitsOf, lines, type Recipe } from '../recipe.ts'

export function signaturesIn({ row, form, stampForm }: Recipe): string {
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

export function decode({ row }: Recipe): string {
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

export function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const unread = String(acceptsUnread(ts))
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
          `        return ${unread};`,
          '    }',
          '    try {',
          '        $moment = new \\DateTimeImmutable($match[1] . substr($match[2], 0, 4) . $match[3]);',
          '    } catch (\\Exception) {',
          `        return ${unread};`,
          '    }',
          "    $age = (int) round($now * 1000) - (int) $moment->format('Uv'); // in milliseconds",
        )
      : lines(
          "    if (preg_match('/\\A(0|[1-9][0-9]{0,14})\\z/', $timestamp) !== 1) {",
          `        return ${unread};`,
          '    }',
          ts.unit === 's'
            ? '    $age = (int) floor($now) - (int) $timestamp; // in seconds'
            : '    $age = (int) round($now * 1000) - (int) $timestamp; // in milliseconds',
        ),
    `    return ${unlimited ? 'true' : limits.join(' && ')};`,
    '}',
  )
}

export const VALUES_OF = `/** All values of a header. */
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

export const SINGLE = `/** The value of a header that comes once: null where there is none, false where there are several. */
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

export const QUERY_VALUES = `/** Percent escapes are decoded, + stays +: in a signature it is a base64 digit. */
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

export function signedQuery({ row, names: all }: Recipe): string {
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

export const JSON_AT = `/** A text, number or boolean inside the JSON body; null where there is none. */
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
