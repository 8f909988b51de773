/** How verifying code for PHP is called, and where in the request it looks for the signature. */
import { byteText, wireText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export function head({ title, asks, publicKey, row }: Recipe): string {
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

export function signature({ asks, publicKey }: Recipe): string {
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

export const array = (items: readonly string[]): string => `[${items.join(', ')}]`

export const path = (keys: readonly string[]): string => array(keys.map(byteText))

export const names = (all: readonly string[]): string => array(all.map((name) => wireText(name.toLowerCase())))

export function values({ row, names: all }: Recipe): string {
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

export const refuse = (when: string): string => lines(`if (${when}) {`, '    return false;', '}')

export function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return refuse(
    `self::valuesOf($headers, ${wireText(match.header.toLowerCase())}) !== [$settings[${byteText(match.extra)}]]`,
  )
}
