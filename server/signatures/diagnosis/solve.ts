/**
 * A provider that nobody described: each value that could be a signature, held against what each usual template, hash and reading of the
 * secret makes. What fits becomes a row, and the row has to pass the ordinary check before anybody is told.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { SignedUrl } from '../../../shared/diagnosis.ts'
import type { Algorithm, Scheme } from '../../../shared/scheme.ts'
import type { Credentials } from '../definition.ts'
import { lazyJson } from '../json-body.ts'
import { queryOf, type SignedRequest, toBinary } from '../request.ts'
import { type BodyVariant, bodyVariants } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import type { Finding } from './finding.ts'
import { secretOf } from './key-variants.ts'
import { contentsOf, type Filled, plainOf, withUrls } from './solve-contents.ts'
import { keysOf, type TriedKey } from './solve-keys.ts'
import type { Tries } from './tries.ts'
import { otherAddresses } from './url-variants.ts'

const HASHES: readonly { alg: Algorithm; bytes: number }[] = [
  { alg: 'hmac-sha256', bytes: 32 },
  { alg: 'hmac-sha1', bytes: 20 },
  { alg: 'hmac-sha512', bytes: 64 },
  { alg: 'hmac-sha384', bytes: 48 },
]

/** URLs that are tried instead of the one that was checked with: the other protocol, and the hosts that the request names. */
const URLS_TRIED = 6

/** Other ways to write the body that are tried where nobody knows how it is signed. */
const BODIES_TRIED = 12

/** Those that mean the same: a body of which a part would fit may have been added to. */
const REWRITTEN: ReadonlySet<BodyVariant['cause']> = new Set(['body_reserialised', 'body_escaped', 'body_line_ends'])

export interface ToSolve {
  readonly credentials: Credentials
  readonly request: SignedRequest
  readonly signedUrl: SignedUrl | undefined
  readonly others: readonly { readonly name: string; readonly secrets: readonly string[] }[]
  readonly candidates: readonly Candidate[]
}

/** @param accepts asked of each that fits; one that is not accepted is passed over */
export function solve(given: ToSolve, tries: Tries, accepts: (finding: Finding) => boolean): Finding | undefined {
  const { credentials, request, signedUrl, others, candidates } = given
  if (candidates.length === 0) return undefined
  const contents = contentsOf(request, candidates)
  const keys = keysOf(credentials, others)
  const isOwn = ({ owners, tidied }: TriedKey): boolean => owners === undefined && tidied === undefined
  const own = keys.filter(isOwn)
  const rest = keys.filter((key) => !isOwn(key))
  const urls = otherAddresses(request, signedUrl).slice(0, URLS_TRIED)
  const search = searcher(given, tries, accepts)
  const found = search(own, contents) ?? search(own, withUrls(contents, urls))
  if (found !== undefined) return found
  const plain = plainOf(contents)
  let tried = 0
  for (const variant of bodyVariants(request)) {
    if (tries.over() || tried === BODIES_TRIED) break
    if (!REWRITTEN.has(variant.cause)) continue
    tried++
    const rewritten = { ...request, body: variant.body, json: lazyJson(variant.body) }
    const isRight = (finding: Finding): boolean => accepts({ ...finding, body: variant })
    const fits = searcher({ ...given, request: rewritten }, tries, isRight)(own, plain)
    if (fits !== undefined) return { ...fits, steps: fits.steps + 1, body: variant }
  }
  return search(rest, contents)
}

function searcher(
  { credentials, request, candidates }: ToSolve,
  tries: Tries,
  accepts: (finding: Finding) => boolean,
): (keys: readonly TriedKey[], contents: readonly Filled[]) => Finding | undefined {
  const byBytes = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const hex = candidate.bytes.toString('hex')
    byBytes.set(hex, [...(byBytes.get(hex) ?? []), candidate])
  }
  const lengths = new Set(candidates.map(({ bytes }) => bytes.length))
  return (keys, contents) => {
    for (const key of keys)
      for (const content of contents) {
        const plain = content.template.includes('{secret}')
        for (const { alg, bytes } of plain ? [{ alg: 'hash-sha256' as const, bytes: 32 }] : HASHES) {
          if (!lengths.has(bytes)) continue
          if (tries.over()) return undefined
          tries.spend(request.body.length + 512)
          for (const candidate of byBytes.get(digest(alg, key, content, request).toString('hex')) ?? []) {
            const finding = proven(alg, key, content, candidate, credentials, request, tries)
            if (finding !== undefined && accepts(finding)) return finding
          }
        }
      }
    return undefined
  }
}

/** A value that is HMAC-MD5 of what is usually signed. It is only recognised: no scheme of ours checks with a hash that is broken. */
export function findMd5(
  { credentials, request, others, candidates }: ToSolve,
  values: readonly { readonly name: string; readonly bytes: Buffer }[],
  tries: Tries,
): { name: string; template: string } | undefined {
  if (values.length === 0) return undefined
  const contents = contentsOf(request, candidates).filter(({ template }) => !template.includes('{secret}'))
  for (const key of keysOf(credentials, others))
    for (const content of contents) {
      if (tries.over()) return undefined
      tries.spend(request.body.length + 512)
      const made = digest('hmac-md5', key, content, request)
      const value = values.find(({ bytes }) => bytes.equals(made))
      if (value !== undefined) return { name: value.name, template: content.template }
    }
  return undefined
}

function digest(
  alg: Algorithm | 'hmac-md5',
  key: TriedKey,
  { template, values, url }: Filled,
  request: SignedRequest,
): Buffer {
  const hash: Hash | Hmac =
    alg === 'hash-sha256' ? createHash('sha256') : createHmac(alg.slice('hmac-'.length), key.object)
  for (const part of template.split(/(\{\w+\})/)) {
    if (part === '{body}') hash.update(request.body)
    else if (part === '{secret}') hash.update(key.bytes)
    else hash.update(textOf(part, values, url === undefined ? request : { ...request, url }), 'latin1')
  }
  return hash.digest()
}

function textOf(part: string, values: Filled['values'], request: SignedRequest): string {
  switch (part) {
    case '{ts}':
      return values.ts ?? ''
    case '{id}':
      return values.id ?? ''
    case '{url}':
      return toBinary(request.url)
    case '{method}':
      return request.method
    case '{query}':
      return queryOf(request.target)
    case '{bodyBase64}':
      return request.body.toString('base64')
    default:
      return part
  }
}

function proven(
  alg: Algorithm,
  key: TriedKey,
  { template, ts, id, url }: Filled,
  { in: place, name, form, enc, oddity }: Candidate,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): Finding | undefined {
  if (oddity !== undefined && oddity !== 'capitals') return undefined // no row reads these
  const needsTime = template.includes('{ts}')
  const { stamp: _, ...written } = form
  const solved: Scheme = {
    alg,
    key: key.key,
    sig: { in: place, name, ...written, enc },
    ...(needsTime && ts !== undefined ? { ts } : {}),
    ...(template.includes('{id}') && id !== undefined ? { id } : {}),
    content: template,
  }
  const withKey = { ...credentials, secrets: [{ id: 'tried', value: key.secret }] }
  const signed = url === undefined ? request : { ...request, url }
  if (!tries.fits({ id: 'custom', row: solved }, withKey, signed)) return undefined
  const off = key.owners !== undefined || key.tidied !== undefined || url !== undefined
  return { steps: off ? 2 : 1, solved, ...(url === undefined ? {} : { url }), ...keyOf(key) }
}

function keyOf({ owners, tidied }: TriedKey): Pick<Finding, 'key'> {
  if (owners !== undefined) return { key: { cause: 'other_secret', as: secretOf(owners), steps: 1, owners } }
  return tidied === undefined ? {} : { key: { cause: 'secret_whitespace', as: tidied, steps: 1 } }
}
