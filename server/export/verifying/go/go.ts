/** Verifying code for Go 1.19 and later, with nothing but the standard library. */
import { byteText, wireText } from '../literals.ts'
import {
  blocks,
  fetched,
  stampPlace,
  digestName,
  hasQuery,
  lines,
  usesSingle,
  type Piece,
  type Recipe,
} from '../recipe.ts'
import { indent, head, signature, path, names, values, refuse, companion } from './call.ts'
import { FITS_JWT, verifyJwt, claims, READ_PART } from './jwt.ts'
import { secretKey, publicKey } from './keys.ts'
import { signaturesIn, decode, isFresh, SINGLE, UNESCAPE, QUERY_VALUES, signedQuery, JSON_AT } from './reading.ts'

export function go(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  const parts = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && jwt && FITS_JWT,
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    usesSingle(recipe) && SINGLE,
    (row.sig.in === 'query' || hasQuery(recipe)) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  const code = parts.join('\n\n')
  return blocks(
    lines('// Package webhook checks the signatures of webhooks.', 'package webhook'),
    imports(code),
    `${head(recipe)}\n${code}`,
  )
}

const PACKAGES: readonly (readonly [uses: RegExp, path: string])[] = [
  [/\bbytes\./, 'bytes'],
  [/\bcrypto\.SHA/, 'crypto'],
  [/\becdsa\./, 'crypto/ecdsa'],
  [/\bed25519\./, 'crypto/ed25519'],
  [/\belliptic\./, 'crypto/elliptic'],
  [/\bhmac\./, 'crypto/hmac'],
  [/\brsa\./, 'crypto/rsa'],
  [/\bsha1\./, 'crypto/sha1'],
  [/\bsha256\./, 'crypto/sha256'],
  [/\bsha512\./, 'crypto/sha512'],
  [/\bsubtle\./, 'crypto/subtle'],
  [/\bx509\./, 'crypto/x509'],
  [/\bbase64\./, 'encoding/base64'],
  [/\bhex\./, 'encoding/hex'],
  [/\bjson\./, 'encoding/json'],
  [/\bpem\./, 'encoding/pem'],
  [/\bfmt\./, 'fmt'],
  [/\bhash\.Hash/, 'hash'],
  [/\bcrc32\./, 'hash/crc32'],
  [/\bbig\./, 'math/big'],
  [/\bhttp\./, 'net/http'],
  [/\bregexp\./, 'regexp'],
  [/\bstrconv\./, 'strconv'],
  [/\bstrings\./, 'strings'],
  [/\btime\./, 'time'],
]

/** Go refuses what is imported and not used, so what the code names is what is imported. Literals name nothing. */
function imports(code: string): string {
  const bare = code.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  const used = PACKAGES.filter(([uses]) => uses.test(bare)).map(([, path]) => `\t"${path}"`)
  const normalize = /\bnorm\./.test(bare) ? ['', '\t"golang.org/x/text/unicode/norm"'] : []
  return lines('import (', ...used, ...normalize, ')')
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  const grouped = stampForm !== undefined
  const start = [companion(row), outsideStamp(recipe), parts(recipe), values(recipe)]
  return lines(
    signature(recipe),
    indent(lines(...start)),
    grouped
      ? lines(
          '\tfor _, value := range values {',
          '\t\ttimestamp, signatures := signaturesIn(value)',
          needsTimestamp
            ? '\t\tif timestamp == nil || !isFresh(*timestamp, now) {'
            : '\t\tif timestamp != nil && !isFresh(*timestamp, now) {',
          '\t\t\tcontinue',
          '\t\t}',
          indent(compare(recipe), 2),
          '\t}',
        )
      : lines(
          '\tvar signatures []string',
          '\tfor _, value := range values {',
          '\t\tsignatures = append(signatures, signaturesIn(value)...)',
          '\t}',
          indent(compare(recipe)),
        ),
    '\treturn false, nil',
    '}',
  )
}

function outsideStamp(recipe: Recipe): string | false {
  const { needsTimestamp, pieces } = recipe
  const place = stampPlace(recipe)
  if (place === undefined) return false
  const signs = pieces.some(({ is }) => is === 'ts')
  if ('path' in place)
    return lines(
      `timestamp, stamped := jsonAt(rawBody, ${path(place.path)})`,
      refuse(needsTimestamp ? '!stamped || !isFresh(timestamp, now)' : 'stamped && !isFresh(timestamp, now)'),
    )
  return lines(
    `timestamp, count := single(header, ${names(place.names)})`,
    refuse(
      needsTimestamp || signs
        ? 'count != 1 || !isFresh(timestamp, now)'
        : 'count > 1 || (count == 1 && !isFresh(timestamp, now))',
    ),
  )
}

function parts(recipe: Recipe): string | false {
  return fetched(recipe, {
    header: (at, name) => lines(`part${at} := header.Values(${wireText(name)})`, refuse(`len(part${at}) == 0`)),
    json: (at, keys) => lines(`part${at}, found${at} := jsonAt(rawBody, ${path(keys)})`, refuse(`!found${at}`)),
    extra: (at, name) => lines(`part${at}, found${at} := settings[${byteText(name)}]`, refuse(`!found${at}`)),
    id: (all) => lines(`id, ids := single(header, ${names(all)})`, refuse('ids != 1')),
  })
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  const token = row.alg === 'token'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const grouped = recipe.stampForm !== undefined
  const bytes = pieces.map((piece, at) => pieceText(piece, at, grouped))
  const content =
    pieces.length === 1 && pieces[0]?.is === 'body'
      ? 'signed := rawBody'
      : `signed := bytes.Join([][]byte{${bytes.join(', ')}}, nil)`
  const mac =
    row.alg === 'hash-sha256'
      ? 'expected := sha256.Sum256(signed)'
      : lines(`mac := hmac.New(${hashOf(row.alg)}, key)`, 'mac.Write(signed)', 'expected := mac.Sum(nil)')
  const fit = token
    ? 'subtle.ConstantTimeCompare(decode(text), key) == 1'
    : isPublic
      ? fits(row.alg)
      : `hmac.Equal(decode(text), ${row.alg === 'hash-sha256' ? 'expected[:]' : 'expected'})`
  return lines(
    !perKey && !token && content,
    isPublic && row.alg !== 'ed25519' && `digest := ${row.alg === 'rsa-sha1' ? 'sha1.Sum' : 'sha256.Sum256'}(signed)`,
    'for _, key := range keys {',
    perKey && `\t${content}`,
    !isPublic && !token && indent(mac),
    '\tfor _, text := range signatures {',
    `\t\tif ${fit} {`,
    '\t\t\treturn true, nil',
    '\t\t}',
    '\t}',
    '}',
  )
}

function fits(alg: Recipe['row']['alg']): string {
  if (alg === 'ed25519') return 'ed25519.Verify(key, signed, decode(text))'
  if (alg === 'ecdsa-p256') return 'ecdsa.VerifyASN1(key, digest[:], decode(text))'
  return `rsa.VerifyPKCS1v15(key, crypto.${digestName(alg).toUpperCase()}, digest[:], decode(text)) == nil`
}

function hashOf(alg: Recipe['row']['alg']): string {
  return { sha1: 'sha1.New', sha256: 'sha256.New', sha384: 'sha512.New384', sha512: 'sha512.New' }[digestName(alg)]
}

function pieceText(piece: Piece, at: number, grouped: boolean): string {
  switch (piece.is) {
    case 'text':
      return `[]byte(${byteText(piece.text)})`
    case 'body':
      return 'rawBody'
    case 'ts':
      return grouped ? '[]byte(*timestamp)' : '[]byte(timestamp)'
    case 'id':
      return '[]byte(id)'
    case 'url':
      return '[]byte(url)'
    case 'method':
      return '[]byte(method)'
    case 'secret':
      return 'key'
    case 'query':
      return '[]byte(signedQuery(url))'
    case 'bodyBase64':
      return '[]byte(base64.StdEncoding.EncodeToString(rawBody))'
    case 'crc32':
      return '[]byte(strconv.FormatUint(uint64(crc32.ChecksumIEEE(rawBody)), 10))'
    case 'header':
      return `[]byte(part${at}[0])`
    case 'extra':
    case 'json':
      return `[]byte(part${at})`
  }
}
