/**
 * A scheme taken apart for those who write it down as code: what is signed, piece by piece, and what a receiver must know beside the
 * raw body and the headers. The five languages differ in spelling only, so whatever is decided about a row is decided here.
 */
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { CONTENT_TOKEN, type Scheme } from '../../../shared/scheme.ts'

/** Text, or a value that is found while checking. */
export type Piece =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'body' | 'ts' | 'id' | 'url' | 'method' | 'secret' | 'query' | 'bodyBase64' | 'crc32' }
  | { readonly is: 'header'; readonly name: string }
  | { readonly is: 'json'; readonly path: readonly string[] }
  | { readonly is: 'extra'; readonly name: string }

export interface Recipe {
  readonly row: Scheme
  /** What the code checks, for its first line. Never a text of the user's: it stands in a comment. */
  readonly title: string
  readonly pieces: readonly Piece[]
  readonly publicKey: boolean
  /** Where the signature may stand: header names in lower case, query parameters with one character a byte, or paths in the body. */
  readonly names: readonly string[]
  /** What an element begins with that holds a signature: `v1=`, `sha256=`, or nothing. */
  readonly form: string
  /** What the element begins with that holds the timestamp, where it stands among the signatures. */
  readonly stampForm: string | undefined
  /** Without a timestamp nothing is accepted. */
  readonly needsTimestamp: boolean
  readonly asks: { readonly method: boolean; readonly url: boolean; readonly settings: boolean; readonly now: boolean }
  /** Whether a value inside the body is looked at. */
  readonly readsJson: boolean
}

export function recipeOf(row: Scheme, title: string): Recipe {
  const { sig, ts, claims } = row
  const { kv = '', field, prefix = '' } = sig
  const pieces = row.alg === 'jwt' || row.alg === 'token' ? [] : piecesOf(row.content)
  const has = (...kinds: Piece['is'][]): boolean => pieces.some((piece) => kinds.includes(piece.is))
  const asRead = { header: lower, query: asBytes, bodyJson: (name: string) => name, body: (name: string) => name }[
    sig.in
  ]
  return {
    row,
    title,
    pieces,
    publicKey: usesPublicKey(row),
    names: namesOf(sig).map(asRead),
    form: field === undefined ? prefix : field + kv + prefix,
    stampForm: ts?.in === 'sigField' ? ts.name + kv : undefined,
    needsTimestamp: ts !== undefined && (ts.required === true || row.content.includes('{ts}')),
    asks: {
      method: has('method'),
      url: has('url', 'query') || sig.in === 'query' || claims?.urlSha256Hex !== undefined,
      settings: has('extra') || row.match !== undefined || claims?.aud !== undefined,
      now: ts !== undefined || row.alg === 'jwt',
    },
    readsJson: has('json') || sig.in === 'bodyJson' || ts?.in === 'bodyJson',
  }
}

export const hasQuery = ({ pieces }: Recipe): boolean => pieces.some(({ is }) => is === 'query')

/** Whether the values of a header are looked for. */
export const usesHeaders = ({ row, pieces }: Recipe): boolean =>
  row.sig.in === 'header' ||
  row.ts?.in === 'header' ||
  row.match !== undefined ||
  pieces.some(({ is }) => is === 'header' || is === 'id')

/** Whether a header is looked for that must come once. */
export const usesSingle = ({ row, pieces }: Recipe): boolean =>
  row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')

/** Seconds by which a clock may be ahead, at least, where a token only says when it was issued. */
const ISSUED_AHEAD = 300

/** What the claims of a token must say. */
export function claimsOf({ row }: Recipe) {
  const { skew = 0, maxAge, requireExp, required = [], ...rest } = row.claims ?? {}
  const needed = [requireExp && 'exp', maxAge !== undefined && 'iat', ...required].filter(
    (each) => typeof each === 'string',
  )
  return {
    ...rest,
    /** Claims that must be there. */
    needed,
    /** Seconds by which the two clocks may differ. */
    skew,
    /** Seconds since it was issued, at most; undefined where that is not limited. */
    oldest: maxAge === undefined ? undefined : maxAge + skew,
    /** Seconds by which `iat` may lie ahead. */
    ahead: maxAge === undefined ? Math.max(skew, ISSUED_AHEAD) : skew,
  }
}

const lower = (name: string): string => name.toLowerCase()

/** A name in a query is UTF-8, percent-decoded to one character a byte. */
const asBytes = (name: string): string => Buffer.from(name, 'utf8').toString('latin1')

/** Header names are compared in lower case; the languages that do not need that say so themselves. */
function piecesOf(content: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of content.matchAll(CONTENT_TOKEN)) {
    if (match.index > from) pieces.push({ is: 'text', text: content.slice(from, match.index) })
    pieces.push(pieceOf(match[1] ?? '', match[2] ?? '') ?? { is: 'text', text: match[0] })
    from = match.index + match[0].length
  }
  if (from < content.length) pieces.push({ is: 'text', text: content.slice(from) })
  return pieces
}

function pieceOf(token: string, argument: string): Piece | undefined {
  switch (token) {
    case 'body':
    case 'ts':
    case 'id':
    case 'url':
    case 'method':
    case 'secret':
    case 'query':
    case 'bodyBase64':
    case 'crc32':
      return { is: token }
    case 'header':
      return { is: 'header', name: argument.toLowerCase() }
    case 'json':
      return { is: 'json', path: argument.split('.') }
    case 'extra':
      return { is: 'extra', name: argument }
    default:
      return undefined
  }
}

/** How a language fetches what may be missing, and refuses where it is. `at` tells several apart. */
export interface Fetching {
  readonly header: (at: number, name: string) => string
  readonly json: (at: number, path: readonly string[]) => string
  readonly extra: (at: number, name: string) => string
  readonly id: (names: readonly string[]) => string
}

/** What may be missing is fetched before the content is put together, so that the content itself reads as one line. */
export function fetched({ row, pieces }: Recipe, fetching: Fetching): string | false {
  const found = pieces.flatMap((piece, at) => {
    if (piece.is === 'header') return [fetching.header(at, piece.name)]
    if (piece.is === 'json') return [fetching.json(at, piece.path)]
    return piece.is === 'extra' ? [fetching.extra(at, piece.name)] : []
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id')) found.push(fetching.id(namesOf(row.id)))
  return found.length > 0 && lines(...found)
}

/** Where the timestamp stands, where that is not among the signatures: headers, or a path in the body. */
export function stampPlace({
  row: { ts },
}: Recipe): { readonly names: readonly string[] } | { readonly path: readonly string[] } | undefined {
  if (ts === undefined || ts.in === 'sigField') return undefined
  return ts.in === 'bodyJson' ? { path: ts.name.split('.') } : { names: namesOf(ts) }
}

const namesOf = ({ name, aliases = [] }: { name: string; aliases?: readonly string[] | undefined }): string[] => [
  name,
  ...aliases,
]

/** Seconds of a limit in the unit of the timestamp's own arithmetic. */
export function limitsOf(ts: NonNullable<Scheme['ts']>): { past: number | null; future: number | null } {
  const factor = ts.unit === 's' ? 1 : 1000
  const scaled = (seconds: number | null): number | null => (seconds === null ? null : seconds * factor)
  return { past: scaled(ts.past), future: scaled(ts.future) }
}

/** What the code says of a timestamp that is none: where unit and limits are the row's own, its age is not looked at. */
export const acceptsUnread = (ts: NonNullable<Scheme['ts']>): boolean => ts.policy === true

/** `sha256` of `hmac-sha256`, `hash-sha256` and `rsa-sha256`. */
export function digestName(alg: Scheme['alg']): 'sha1' | 'sha256' | 'sha384' | 'sha512' {
  const digest = /sha(1|256|384|512)$/.exec(alg)?.[0]
  // `token` and `jwt` ask for none, `ed25519` has its own; ECDSA on P-256 goes with SHA-256.
  return digest === 'sha1' || digest === 'sha384' || digest === 'sha512' ? digest : 'sha256'
}

/** Blocks of code one after another with a line between them; what is not needed is left out. */
export function blocks(...parts: readonly (string | false | undefined)[]): string {
  return `${parts.filter((part) => part !== false && part !== undefined && part !== '').join('\n\n')}\n`
}

/** Lines in one block; what is not needed is left out. */
export function lines(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== false && part !== undefined).join('\n')
}

/** Each line moved to the right. */
export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by))
}
