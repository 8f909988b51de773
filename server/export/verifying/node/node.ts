/** Verifying code for Node, with nothing but node:crypto. */
import { jsText } from '../literals.ts'
import {
  blocks,
  fetched,
  stampPlace,
  digestName,
  hasQuery,
  indent,
  lines,
  usesHeaders,
  usesSingle,
  type Piece,
  type Recipe,
} from '../recipe.ts'
import { head, signature, keysLine, values, names, path, companion } from './call.ts'
import { algorithms, verifyJwt, claims, READ_PART } from './jwt.ts'
import { secretKey, publicKey } from './keys.ts'
import {
  signaturesIn,
  decode,
  isFresh,
  VALUES_OF,
  SINGLE,
  UNESCAPE,
  QUERY_VALUES,
  signedQuery,
  JSON_AT,
} from './reading.ts'

export function node(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  return blocks(
    imports(recipe),
    jwt ? algorithms(recipe) : undefined,
    lines(head(recipe), jwt ? verifyJwt(recipe) : verify(recipe)),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    signaturesIn(recipe),
    jwt ? READ_PART : decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    usesSingle(recipe) && SINGLE,
    (row.sig.in === 'query' || hasQuery(recipe)) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
    row.alg === 'token' && "const sha256 = (bytes) => createHash('sha256').update(bytes).digest()",
  )
}

function imports({ row, publicKey, pieces }: Recipe): string {
  const names: string[] = []
  const hashes = row.claims?.bodySha256Hex !== undefined || row.claims?.urlSha256Hex !== undefined
  if (row.alg === 'hash-sha256' || row.alg === 'token' || (row.alg === 'jwt' && hashes)) names.push('createHash')
  if (row.alg.startsWith('hmac') || (row.alg === 'jwt' && !publicKey)) names.push('createHmac')
  if (publicKey) names.push('createPublicKey', 'verify as fits')
  else names.push('timingSafeEqual')
  return lines(
    `import { ${names.join(', ')} } from 'node:crypto'`,
    pieces.some(({ is }) => is === 'crc32') && "import { crc32 } from 'node:zlib'",
  )
}

function verify(recipe: Recipe): string {
  const { row, stampForm } = recipe
  const grouped = stampForm !== undefined
  return lines(
    signature(recipe),
    indent(lines(keysLine(recipe), companion(recipe), outsideStamp(recipe), parts(recipe)), 2),
    grouped
      ? lines(
          `  for (const value of ${values(recipe)}) {`,
          '    const { timestamp, signatures } = signaturesIn(value)',
          recipe.needsTimestamp
            ? '    if (timestamp === undefined || !isFresh(timestamp, now)) continue'
            : '    if (timestamp !== undefined && !isFresh(timestamp, now)) continue',
          indent(compare(recipe), 4),
          '  }',
        )
      : lines(`  const signatures = ${values(recipe)}.flatMap(signaturesIn)`, indent(compare(recipe), 2)),
    row.alg === 'token' && !grouped ? false : '  return false',
    '}',
  )
}

function outsideStamp(recipe: Recipe): string | false {
  const place = stampPlace(recipe)
  if (place === undefined) return false
  const read = 'path' in place ? `jsonAt(rawBody, ${path(place.path)})` : `single(headers, ${names(place.names)})`
  const bad = recipe.needsTimestamp
    ? "typeof timestamp !== 'string' || !isFresh(timestamp, now)"
    : 'timestamp === null || (timestamp !== undefined && !isFresh(timestamp, now))'
  return lines(`const timestamp = ${read}`, `if (${bad}) return false`)
}

function parts(recipe: Recipe): string | false {
  const give = (name: string, value: string): string =>
    lines(`const ${name} = ${value}`, `if (typeof ${name} !== 'string') return false`)
  return fetched(recipe, {
    header: (at, name) => give(`part${at}`, `valuesOf(headers, ${jsText(name)})[0]`),
    json: (at, keys) => give(`part${at}`, `jsonAt(rawBody, ${path(keys)})`),
    extra: (at, name) => give(`part${at}`, `settings[${jsText(name)}]`),
    id: (all) => give('id', `single(headers, ${names(all)})`),
  })
}

function compare(recipe: Recipe): string {
  const { row } = recipe
  if (row.alg === 'token')
    return lines(
      '// Hashed first: the comparison wants equal lengths, and must not tell how long the token is.',
      `return signatures.some((text) => keys.some((key) => timingSafeEqual(sha256(decode(text)), sha256(key))))`,
    )
  const perKey = recipe.pieces.some(({ is }) => is === 'secret')
  const content = contentOf(recipe)
  return lines(
    !perKey && content !== 'rawBody' && `const signed = ${content}`,
    'for (const key of keys) {',
    indent(
      lines(
        perKey && `const signed = ${content}`,
        !recipe.publicKey && `const expected = ${macOf(row.alg, content === 'rawBody' ? content : 'signed')}`,
        'for (const text of signatures) {',
        '  const bytes = decode(text)',
        recipe.publicKey
          ? `  if (bytes !== undefined && ${publicCheck(row.alg, content === 'rawBody' ? content : 'signed')}) return true`
          : '  if (bytes?.length === expected.length && timingSafeEqual(bytes, expected)) return true',
        '}',
      ),
      2,
    ),
    '}',
  )
}

const macOf = (alg: Recipe['row']['alg'], of: string): string =>
  alg === 'hash-sha256'
    ? `createHash('sha256').update(${of}).digest()`
    : `createHmac('${digestName(alg)}', key).update(${of}).digest()`

const publicCheck = (alg: Recipe['row']['alg'], of: string): string =>
  `fits(${alg === 'ed25519' ? 'null' : `'${digestName(alg)}'`}, ${of}, key, bytes)`

function contentOf({ pieces }: Recipe): string {
  const only = pieces.length === 1 ? pieces[0] : undefined
  if (only?.is === 'body') return 'rawBody'
  return `Buffer.concat([${pieces.map(pieceText).join(', ')}])`
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `Buffer.from(${jsText(piece.text)})`
    case 'body':
      return 'rawBody'
    case 'ts':
      return "Buffer.from(timestamp, 'latin1')"
    case 'id':
      return "Buffer.from(id, 'latin1')"
    case 'url':
      return 'Buffer.from(url)'
    case 'method':
      return 'Buffer.from(method)'
    case 'secret':
      return 'key'
    case 'query':
      return "Buffer.from(signedQuery(url), 'latin1')"
    case 'bodyBase64':
      return "Buffer.from(rawBody.toString('base64'))"
    case 'crc32':
      return 'Buffer.from(String(crc32(rawBody)))'
    case 'extra':
      return `Buffer.from(part${at})`
    case 'header':
    case 'json':
      return `Buffer.from(part${at}, 'latin1')`
  }
}
