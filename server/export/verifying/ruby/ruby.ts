/** Verifying code for Ruby 3.0 and later, with nothing but what comes with it. */
import { byteText } from '../literals.ts'
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
import { head, signature, path, wire, names, values, companion } from './call.ts'
import { verifyJwt, claims, READ_PART } from './jwt.ts'
import { secretKey, publicKey, fits } from './keys.ts'
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

export function ruby(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  const members = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    usesSingle(recipe) && SINGLE,
    (row.sig.in === 'query' || hasQuery(recipe)) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  return blocks(
    head(recipe),
    lines(
      "require 'openssl'",
      (readsJson || jwt || row.key.enc === 'jwk') && "require 'json'",
      row.ts?.unit === 'iso' && "require 'time'",
      recipe.pieces.some(({ is }) => is === 'crc32') && "require 'zlib'",
    ),
    lines('module WebhookSignature', '  module_function', '', indent(members.join('\n\n'), 2), 'end'),
  )
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 2) || false,
      `  signatures = ${values(recipe)}.flat_map { |value| signatures_in(value) }`,
      indent(compare(recipe), 2),
      'end',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 2) || false,
    `  ${values(recipe)}.any? do |value|`,
    '    timestamp, signatures = signatures_in(value)',
    needsTimestamp
      ? '    next false unless timestamp && fresh?(timestamp, now)'
      : '    next false unless timestamp.nil? || fresh?(timestamp, now)',
    indent(compare(recipe), 4),
    '  end',
    'end',
  )
}

function outsideStamp(recipe: Recipe): string | false {
  const place = stampPlace(recipe)
  if (place === undefined) return false
  const read = 'path' in place ? `json_at(raw_body, ${path(place.path)})` : `single(headers, ${names(place.names)})`
  const good = recipe.needsTimestamp
    ? 'timestamp && fresh?(timestamp, now)'
    : 'timestamp.nil? || (timestamp && fresh?(timestamp, now))'
  return lines(`timestamp = ${read}`, `return false unless ${good}`, '')
}

function parts(recipe: Recipe): string | false {
  const give = (name: string, value: string): string => lines(`${name} = ${value}`, `return false unless ${name}`)
  return fetched(recipe, {
    header: (at, name) => give(`part${at}`, `values_of(headers, ${wire(name)}).first`),
    json: (at, keys) => give(`part${at}`, `json_at(raw_body, ${path(keys)})`),
    extra: (at, name) => give(`part${at}`, `settings[${byteText(name)}]&.b`),
    id: (all) => give('id', `single(headers, ${names(all)})`),
  })
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  if (row.alg === 'token')
    return 'keys.any? { |key| signatures.any? { |text| OpenSSL.secure_compare(decode(text), key) } }'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `signed = ${pieces.map(pieceText).join(' + ')}`
  const mac =
    row.alg === 'hash-sha256'
      ? "OpenSSL::Digest.digest('SHA256', signed)"
      : `OpenSSL::HMAC.digest('${digestName(row.alg).toUpperCase()}', key, signed)`
  return lines(
    !perKey && content,
    'keys.any? do |key|',
    perKey && `  ${content}`,
    !isPublic && `  expected = ${mac}`,
    isPublic
      ? '  signatures.any? { |text| fits?(key, decode(text), signed) }'
      : '  signatures.any? { |text| OpenSSL.secure_compare(decode(text), expected) }',
    'end',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `${byteText(piece.text)}.b`
    case 'body':
      return 'raw_body.b'
    case 'ts':
      return 'timestamp'
    case 'id':
      return 'id'
    case 'url':
      return 'url.b'
    case 'method':
      return 'method.b'
    case 'secret':
      return 'key'
    case 'query':
      return 'signed_query(url)'
    case 'bodyBase64':
      return "[raw_body].pack('m0')"
    case 'crc32':
      return 'Zlib.crc32(raw_body).to_s'
    case 'extra':
    case 'header':
    case 'json':
      return `part${at}`
  }
}
