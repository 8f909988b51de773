/** How verifying code for Ruby is called, and where in the request it looks for the signature. */
import { byteText, wireText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export function head({ title, asks, publicKey }: Recipe): string {
  return lines(
    `# ${title}`,
    '#',
    '# raw_body     the bytes as they came: request.body.read in Sinatra, request.raw_post in Rails.',
    '#              A body that was parsed and written again does not fit.',
    '# headers      a hash of names and values; from Rack:',
    "#              env.filter_map { |k, v| [k.delete_prefix('HTTP_').tr('_', '-'), v] if k.start_with?('HTTP_') }.to_h",
    publicKey
      ? '# public_keys  the public key of the sender, or a list of them'
      : '# secrets      the secret, or a list of them while one is being replaced',
    asks.method && '# method       of the request, such as POST',
    asks.url && '# url          the public URL that the sender called, to the letter and with its query',
    asks.settings && '# settings     a hash of the values that are looked up in it below, by name',
    asks.now && '# now          only tests need to give it',
  )
}

export function signature({ asks, publicKey }: Recipe): string {
  const keys = publicKey ? 'public_keys' : 'secrets'
  const parameters = [
    'raw_body',
    'headers',
    keys,
    asks.method && 'method:',
    asks.url && 'url:',
    asks.settings && 'settings:',
    asks.now && 'now: Time.now',
  ].filter((each) => each !== false)
  return lines(`def verify(${parameters.join(', ')})`, `  keys = Array(${keys}).map { |each| key_of(each) }`)
}

export const array = (items: readonly string[]): string => `[${items.join(', ')}]`

/** Text in UTF-8, as JSON gives it. */
export const path = (keys: readonly string[]): string => array(keys.map(byteText))

/** Text as bytes, as headers hold it. */
export const wire = (text: string): string => `${wireText(text)}.b`

export const names = (all: readonly string[]): string => array(all.map((name) => wire(name.toLowerCase())))

export function values({ row, names: all }: Recipe): string {
  const each = (call: (name: string) => string): string =>
    all.length === 1 ? call(wire(all[0] ?? '')) : `${array(all.map(wire))}.flat_map { |name| ${call('name')} }`
  switch (row.sig.in) {
    case 'header':
      return each((name) => `values_of(headers, ${name})`)
    case 'query':
      return each((name) => `query_values(url, ${name})`)
    case 'bodyJson':
      return `${array(all.map((name) => `json_at(raw_body, ${path(name.split('.'))})`))}.compact`
    case 'body':
      return '[raw_body.b]'
  }
}

export function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return `return false if values_of(headers, ${wire(match.header.toLowerCase())}) != [settings[${byteText(match.extra)}].b]`
}
