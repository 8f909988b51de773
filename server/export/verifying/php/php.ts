/** Verifying code for PHP 8.1 and later: a class of its own, so that its helpers meet no others. */
import { byteText, wireText } from '../literals.ts'
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
import { head, signature, path, names, values, refuse, companion } from './call.ts'
import { verifyJwt, claims, READ_PART } from './jwt.ts'
import { secretKey, publicKey, DER, fits } from './keys.ts'
import { signaturesIn, decode, isFresh, VALUES_OF, SINGLE, QUERY_VALUES, signedQuery, JSON_AT } from './reading.ts'

export function php(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  const members = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && row.key.enc === 'jwk' && row.alg !== 'ed25519' && DER,
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    usesSingle(recipe) && SINGLE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  return blocks('<?php', head(recipe), lines('final class WebhookSignature', '{', indent(members.join('\n\n'), 4), '}'))
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 4) || false,
      `    $signatures = array_merge([], ...array_map(self::signaturesIn(...), array_values(${values(recipe)})));`,
      indent(compare(recipe), 4),
      '    return false;',
      '}',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 4) || false,
    `    foreach (${values(recipe)} as $value) {`,
    '        [$timestamp, $signatures] = self::signaturesIn($value);',
    needsTimestamp
      ? '        if ($timestamp === null || !self::isFresh($timestamp, $now)) {'
      : '        if ($timestamp !== null && !self::isFresh($timestamp, $now)) {',
    '            continue;',
    '        }',
    indent(compare(recipe), 8),
    '    }',
    '    return false;',
    '}',
  )
}

function outsideStamp(recipe: Recipe): string | false {
  const place = stampPlace(recipe)
  if (place === undefined) return false
  const read =
    'path' in place ? `self::jsonAt($rawBody, ${path(place.path)})` : `self::single($headers, ${names(place.names)})`
  const bad = recipe.needsTimestamp
    ? '!is_string($timestamp) || !self::isFresh($timestamp, $now)'
    : '$timestamp === false || ($timestamp !== null && !self::isFresh($timestamp, $now))'
  return lines(`$timestamp = ${read};`, refuse(bad))
}

function parts(recipe: Recipe): string | false {
  const give = (name: string, value: string): string => lines(`${name} = ${value};`, refuse(`!is_string(${name})`))
  return fetched(recipe, {
    header: (at, name) => give(`$part${at}`, `self::valuesOf($headers, ${wireText(name)})[0] ?? null`),
    json: (at, keys) => give(`$part${at}`, `self::jsonAt($rawBody, ${path(keys)})`),
    extra: (at, name) => give(`$part${at}`, `$settings[${byteText(name)}] ?? null`),
    id: (all) => give('$id', `self::single($headers, ${names(all)})`),
  })
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  const token = row.alg === 'token'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `$signed = ${pieces.map(pieceText).join(' . ')};`
  const mac =
    row.alg === 'hash-sha256'
      ? "hash('sha256', $signed, true)"
      : `hash_hmac('${digestName(row.alg)}', $signed, $key, true)`
  const fit = token
    ? 'hash_equals($key, self::decode($text))'
    : isPublic
      ? 'self::fits($key, self::decode($text), $signed)'
      : 'hash_equals($expected, self::decode($text))'
  return lines(
    !perKey && !token && content,
    'foreach ($keys as $key) {',
    perKey && `    ${content}`,
    !isPublic && !token && `    $expected = ${mac};`,
    '    foreach ($signatures as $text) {',
    `        if (${fit}) {`,
    '            return true;',
    '        }',
    '    }',
    '}',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return byteText(piece.text)
    case 'body':
      return '$rawBody'
    case 'ts':
      return '$timestamp'
    case 'id':
      return '$id'
    case 'url':
      return '$url'
    case 'method':
      return '$method'
    case 'secret':
      return '$key'
    case 'query':
      return 'self::signedQuery($url)'
    case 'bodyBase64':
      return 'base64_encode($rawBody)'
    case 'crc32':
      return "sprintf('%u', crc32($rawBody))"
    case 'extra':
    case 'header':
    case 'json':
      return `$part${at}`
  }
}
