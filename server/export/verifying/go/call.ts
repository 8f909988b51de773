/** How verifying code for Go is called, and where in the request it looks for the signature. */
import { byteText, wireText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'

export const indent = (text: string, tabs = 1): string => text.replace(/^(?=.)/gm, '\t'.repeat(tabs))

export function head({ title, asks, publicKey, row }: Recipe): string {
  return lines(
    `// Verify: ${title}`,
    '//',
    '// rawBody is what io.ReadAll(r.Body) gave: a body that was parsed and written again does not fit. header is r.Header; Go keeps Host',
    '// apart, in r.Host.',
    publicKey
      ? '// publicKeys holds the public key of the sender, or several.'
      : '// secrets holds the secret, or several while one is being replaced.',
    asks.url && '// url is the public URL that the sender called, to the letter and with its query.',
    asks.settings && '// settings holds the values that are looked up in it below.',
    asks.now && '// now is time.Now() but in tests.',
    row.key.normalize !== undefined && '// Needs golang.org/x/text: the standard library does not normalize Unicode.',
    '//',
    '// An error is a secret or key that cannot be read; a wrong signature is false.',
  )
}

export function signature({ asks, publicKey }: Recipe): string {
  const keys = publicKey ? 'publicKeys' : 'secrets'
  const parameters = [
    'rawBody []byte',
    'header http.Header',
    `${keys} []string`,
    asks.method && 'method string',
    asks.url && 'url string',
    asks.settings && 'settings map[string]string',
    asks.now && 'now time.Time',
  ].filter((each) => each !== false)
  return lines(
    `func Verify(${parameters.join(', ')}) (bool, error) {`,
    `\tkeys, err := keysOf(${keys})`,
    '\tif err != nil {',
    '\t\treturn false, err',
    '\t}',
  )
}

export const list = (items: readonly string[]): string => `[]string{${items.join(', ')}}`

export const path = (keys: readonly string[]): string => list(keys.map(byteText))

export const names = (all: readonly string[]): string => list(all.map(wireText))

/** Statements that fill `values`. */
export function values({ row, names: all }: Recipe): string {
  const first = wireText(all[0] ?? '')
  const each = (call: (name: string) => string): string =>
    lines(
      'var values []string',
      `for _, name := range ${names(all)} {`,
      `\tvalues = append(values, ${call('name')}...)`,
      '}',
    )
  switch (row.sig.in) {
    case 'header':
      return all.length === 1 ? `values := header.Values(${first})` : each((name) => `header.Values(${name})`)
    case 'query':
      return all.length === 1 ? `values := queryValues(url, ${first})` : each((name) => `queryValues(url, ${name})`)
    case 'bodyJson':
      return lines(
        'var values []string',
        `for _, path := range [][]string{${all.map((name) => `{${name.split('.').map(byteText).join(', ')}}`).join(', ')}} {`,
        '\tif value, found := jsonAt(rawBody, path); found {',
        '\t\tvalues = append(values, value)',
        '\t}',
        '}',
      )
    case 'body':
      return 'values := []string{string(rawBody)}'
  }
}

export const refuse = (when: string): string => lines(`if ${when} {`, '\treturn false, nil', '}')

export function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return lines(
    `companion := header.Values(${wireText(match.header)})`,
    `wanted, isSet := settings[${byteText(match.extra)}]`,
    refuse('!isSet || len(companion) != 1 || companion[0] != wanted'),
  )
}
