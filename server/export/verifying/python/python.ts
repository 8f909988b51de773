/** Verifying code for Python 3.9 and later. Public-key signatures need the package `cryptography`: the standard library has none. */
import { pythonText, byteText } from '../literals.ts'
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
import { head, signature, path, names, values, companion } from './call.ts'
import { verifyJwt, claims, READ_PART } from './jwt.ts'
import { secretKey, publicKey, fits } from './keys.ts'
import {
  signaturesIn,
  TO_BYTES,
  decode,
  isFresh,
  VALUES_OF,
  SINGLE,
  QUERY_VALUES,
  signedQuery,
  JSON_AT,
} from './reading.ts'

export function python(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  const parts = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && lines(READ_PART, '', '', claims(recipe)),
    usesHeaders(recipe) && VALUES_OF,
    usesSingle(recipe) && SINGLE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  if (parts.some((part) => part.includes('to_bytes('))) parts.push(TO_BYTES)
  return blocks(lines(head(recipe), imports(parts.join('\n'))), `\n${parts.join('\n\n\n')}`)
}

const MODULES = ['base64', 'hashlib', 'hmac', 'json', 're', 'time', 'unicodedata', 'zlib']

/** What the code names is what it imports. */
function imports(code: string): string {
  const cryptography = [
    [/\bserialization\./, 'from cryptography.hazmat.primitives import serialization'],
    [/\bhashes\./, 'from cryptography.hazmat.primitives import hashes'],
    [/\bEd25519PublicKey\b/, 'from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey'],
    [/\bec\./, 'from cryptography.hazmat.primitives.asymmetric import ec'],
    [/\brsa\./, 'from cryptography.hazmat.primitives.asymmetric import rsa'],
    [/\bpadding\./, 'from cryptography.hazmat.primitives.asymmetric import padding'],
    [/\bencode_dss_signature\(/, 'from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature'],
    [/\bInvalidSignature\b/, 'from cryptography.exceptions import InvalidSignature'],
  ] as const
  const more = cryptography.filter(([name]) => name.test(code)).map(([, line]) => line)
  return lines(
    ...MODULES.filter((name) => new RegExp(`(?<![\\w.])${name}\\.`).test(code)).map((name) => `import ${name}`),
    code.includes('datetime.') && 'from datetime import datetime',
    code.includes('unquote_to_bytes(') && 'from urllib.parse import unquote_to_bytes',
    more.length > 0 && lines('', ...more),
  )
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 4) || false,
      `    signatures = [text for value in ${values(recipe)} for text in signatures_in(value)]`,
      indent(compare(recipe), 4),
      row.alg !== 'token' && '    return False',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 4) || false,
    `    for value in ${values(recipe)}:`,
    '        timestamp, signatures = signatures_in(value)',
    needsTimestamp
      ? '        if timestamp is None or not is_fresh(timestamp, now):'
      : '        if timestamp is not None and not is_fresh(timestamp, now):',
    '            continue',
    indent(row.alg === 'token' ? lines(`if ${anyToken}:`, '    return True') : compare(recipe), 8),
    '    return False',
  )
}

function outsideStamp(recipe: Recipe): string | false {
  const place = stampPlace(recipe)
  if (place === undefined) return false
  const read = 'path' in place ? `json_at(raw_body, ${path(place.path)})` : `single(headers, ${names(place.names)})`
  // What comes more than once and differs is False, what is not there None.
  const bad = recipe.needsTimestamp
    ? 'not isinstance(timestamp, str) or not is_fresh(timestamp, now)'
    : 'timestamp is False or (timestamp is not None and not is_fresh(timestamp, now))'
  return lines(`timestamp = ${read}`, `if ${bad}:`, '    return False')
}

function parts(recipe: Recipe): string | false {
  const give = (name: string, value: string): string =>
    lines(`${name} = ${value}`, `if not isinstance(${name}, str):`, '    return False')
  return fetched(recipe, {
    header: (at, name) => give(`part${at}`, `next(iter(values_of(headers, ${pythonText(name)})), None)`),
    json: (at, keys) => give(`part${at}`, `json_at(raw_body, ${path(keys)})`),
    extra: (at, name) => give(`part${at}`, `settings.get(${pythonText(name)})`),
    id: (all) => give('message_id', `single(headers, ${names(all)})`),
  })
}

const anyToken = 'any(hmac.compare_digest(decode(text), key) for text in signatures for key in keys)'

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  if (row.alg === 'token') return `return ${anyToken}`
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `signed = ${pieces.map(pieceText).join(' + ')}`
  const mac =
    row.alg === 'hash-sha256'
      ? 'hashlib.sha256(signed).digest()'
      : `hmac.new(key, signed, hashlib.${digestName(row.alg)}).digest()`
  return lines(
    !perKey && content,
    'for key in keys:',
    perKey && `    ${content}`,
    !isPublic && `    expected = ${mac}`,
    '    for text in signatures:',
    isPublic
      ? '        if fits(key, decode(text), signed):'
      : '        if hmac.compare_digest(decode(text), expected):',
    '            return True',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `b${byteText(piece.text)}`
    case 'body':
      return 'raw_body'
    case 'ts':
      return 'to_bytes(timestamp)'
    case 'id':
      return 'to_bytes(message_id)'
    case 'url':
      return 'url.encode()'
    case 'method':
      return 'method.encode()'
    case 'secret':
      return 'key'
    case 'query':
      return 'signed_query(url).encode()'
    case 'bodyBase64':
      return 'base64.b64encode(raw_body)'
    case 'crc32':
      return 'str(zlib.crc32(raw_body)).encode()'
    case 'extra':
      return `part${at}.encode()`
    case 'header':
    case 'json':
      return `to_bytes(part${at})`
  }
}
