/** How verifying code for Node is called, and where in the request it looks for the signature. */
import { jsText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export function head({ title, asks, publicKey, row }: Recipe): string {
  return lines(
    '/**',
    ` * ${title}`,
    ' *',
    ' * rawBody   a Buffer with the bytes as they came: a body that was parsed and written again does not fit.',
    " *           Express  app.post('/hook', express.raw({ type: () => true }), (req, res) => … req.body)",
    ' *           Hono     Buffer.from(await c.req.arrayBuffer())',
    ' * headers   req.headersDistinct of Node and Express, or a Headers object (c.req.raw.headers in Hono)',
    publicKey
      ? ' * publicKeys  the public key of the sender, or a list of them'
      : ' * secrets   the secret, or a list of them while one is being replaced',
    asks.method && ' * method    of the request, such as POST',
    asks.url && ' * url       the public URL that the sender called, to the letter and with its query',
    asks.settings && ` * settings  an object with ${settingsOf(row)}`,
    asks.now && ' * now       in milliseconds; only tests need to give it',
    ' */',
  )
}

/** Names of the user's do not stand in a comment. */
const settingsOf = (row: Recipe['row']): string =>
  row.match === undefined ? 'the values that are looked up in it below' : "what the sender's own header must equal"

export function signature({ asks, publicKey }: Recipe): string {
  const named = [
    asks.method && 'method',
    asks.url && 'url',
    asks.settings && 'settings',
    asks.now && 'now = Date.now()',
  ].filter((each) => each !== false)
  const rest =
    named.length === 0 ? '' : `, { ${named.join(', ')} }${asks.method || asks.url || asks.settings ? '' : ' = {}'}`
  return `export function verify(rawBody, headers, ${publicKey ? 'publicKeys' : 'secrets'}${rest}) {`
}

export function keysLine({ publicKey }: Recipe): string {
  return `const keys = [${publicKey ? 'publicKeys' : 'secrets'}].flat().map(keyOf)`
}

export function values({ row, names }: Recipe): string {
  const each = names.map(jsText)
  switch (row.sig.in) {
    case 'header':
      return each.length === 1
        ? `valuesOf(headers, ${each[0]})`
        : `[${each.join(', ')}].flatMap((name) => valuesOf(headers, name))`
    case 'query':
      return each.length === 1
        ? `queryValues(url, ${each[0]})`
        : `[${each.join(', ')}].flatMap((name) => queryValues(url, name))`
    case 'bodyJson':
      return `[${names.map((name) => `jsonAt(rawBody, ${path(name.split('.'))})`).join(', ')}].filter((value) => value !== undefined)`
    case 'body':
      return "[rawBody.toString('latin1')]"
  }
}

export const names = (all: readonly string[]): string => path(all.map((name) => name.toLowerCase()))
export const path = (keys: readonly string[]): string => `[${keys.map(jsText).join(', ')}]`

export function companion({ row }: Recipe): string | false {
  if (row.match === undefined) return false
  return lines(
    `const companions = valuesOf(headers, ${jsText(row.match.header.toLowerCase())})`,
    `if (companions.length !== 1 || companions[0] !== settings[${jsText(row.match.extra)}]) return false`,
  )
}
