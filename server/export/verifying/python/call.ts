/** How verifying code for Python is called, and where in the request it looks for the signature. */
import { pythonText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export function head({ title, asks, publicKey }: Recipe): string {
  return lines(
    `"""${title}`,
    '',
    'raw_body    the bytes as they came: a body that was parsed and written again does not fit.',
    '            Flask: request.get_data()   FastAPI: await request.body()   Django: request.body',
    'headers     request.headers of any of these, or a list of pairs',
    publicKey
      ? 'public_keys the public key of the sender, or a list of them'
      : 'secrets     the secret, or a list of them while one is being replaced',
    asks.method && 'method      of the request, such as POST',
    asks.url && 'url         the public URL that the sender called, to the letter and with its query',
    asks.settings && 'settings    a dictionary of the values that are looked up in it below',
    asks.now && 'now         in Unix seconds; only tests need to give it',
    publicKey && '\nNeeds `pip install cryptography`: Python itself cannot check public-key signatures.',
    '"""',
  )
}

export function signature({ asks, publicKey }: Recipe): string {
  const named = [
    asks.method && 'method',
    asks.url && 'url',
    asks.settings && 'settings',
    asks.now && 'now=None',
  ].filter((each) => each !== false)
  const rest = named.length === 0 ? '' : `, *, ${named.join(', ')}`
  const keys = publicKey ? 'public_keys' : 'secrets'
  return lines(
    `def verify(raw_body, headers, ${keys}${rest}):`,
    asks.now && '    now = time.time() if now is None else now',
    `    keys = [key_of(each) for each in ([${keys}] if isinstance(${keys}, str) else ${keys})]`,
  )
}

export const tuple = (items: readonly string[]): string => `(${items.join(', ')}${items.length === 1 ? ',' : ''})`

export const path = (keys: readonly string[]): string => `[${keys.map(pythonText).join(', ')}]`

export const names = (all: readonly string[]): string => tuple(all.map((name) => pythonText(name.toLowerCase())))

export function values({ row, names: all }: Recipe): string {
  const first = all[0] ?? ''
  switch (row.sig.in) {
    case 'header':
      return all.length === 1
        ? `values_of(headers, ${pythonText(first)})`
        : `[value for name in ${tuple(all.map(pythonText))} for value in values_of(headers, name)]`
    case 'query':
      return all.length === 1
        ? `query_values(url, ${pythonText(first)})`
        : `[value for name in ${tuple(all.map(pythonText))} for value in query_values(url, name)]`
    case 'bodyJson':
      return `[value for value in ${tuple(all.map((name) => `json_at(raw_body, ${path(name.split('.'))})`))} if value is not None]`
    case 'body':
      return '[raw_body.decode("latin-1")]'
  }
}

export function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return lines(
    `if values_of(headers, ${pythonText(match.header.toLowerCase())}) != [settings[${pythonText(match.extra)}]]:`,
    '    return False',
  )
}
