/**
 * What of a request a scheme vouches for, so that no diagnosis talks anybody into a check that sees less: a request that was tampered with
 * always fits some weaker scheme, such as one that does not look at the body.
 */
import { CANONICAL } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../definition.ts'
import { type Explanation, explainSignature } from '../explain.ts'
import { lazyJson } from '../json-body.ts'
import type { SignedRequest } from '../request.ts'

export interface Base {
  readonly definition: Definition
  readonly credentials: Credentials
  readonly request: SignedRequest
}

/** Whether the body, the URL or the method is part of what is signed. Where a provider's own code puts it together, that is tried out. */
export function signs({ definition, credentials, request }: Base, part: 'body' | 'url' | 'method'): boolean {
  const { row, code } = definition
  if (row.alg === 'token') return false
  if (row.alg === 'jwt') {
    const { bodySha256Hex, urlSha256Hex } = row.claims ?? {}
    if (part === 'body') return bodySha256Hex !== undefined || row.sig.in === 'body'
    return code?.claims !== undefined || (part === 'url' && urlSha256Hex !== undefined)
  }
  if (row.content !== CANONICAL) return TOKENS[part].some((token) => row.content.includes(token))
  const signedOf = (changed: Partial<SignedRequest>): Pick<Explanation, 'signed' | 'signedSize'> =>
    explainSignature(definition, credentials, { ...request, ...changed }, 0)
  const longer = Buffer.concat([request.body, Buffer.from('&x=y')])
  const changed = {
    body: { body: longer, json: lazyJson(longer) },
    url: { url: `${request.url}/x` },
    method: { method: `X${request.method}` },
  }
  // The body may be tied in from outside of what is signed, as by its hash in the URL.
  if ([{}, changed[part]].some((each) => code?.condition?.({ ...request, ...each }) !== undefined)) return true
  const [before, after] = [signedOf({}), signedOf(changed[part])]
  if (before.signed === undefined || after.signed === undefined) return true
  return before.signedSize !== after.signedSize || !before.signed.equals(after.signed) // all of these changes make it longer
}

const TOKENS = { body: ['{body', '{json:', '{crc32}'], url: ['{url}'], method: ['{method}'] } as const

/** Whether `found` would let pass what the chosen scheme refuses: a changed body, another receiver, a request for another URL. */
export function isWeaker(found: Definition, chosen: Base): boolean {
  const { row, code } = chosen.definition
  const base = { ...chosen, definition: found }
  // A value that is sent along vouches for nothing, whatever it is compared with.
  if (found.row.alg === 'token' && row.alg !== 'token') return true
  if (row.match !== undefined && JSON.stringify(found.row.match) !== JSON.stringify(row.match)) return true
  if (row.alg === 'jwt' && found.row.alg === 'jwt') {
    const demanded = rulesOf(found)
    if (rulesOf(chosen.definition).some((rule) => !demanded.includes(rule))) return true
    if (code?.claims !== undefined && found.code?.claims !== code.claims) return true
  }
  return coverOfBody(base) < coverOfBody(chosen)
}

function rulesOf({ row }: Definition): string[] {
  return Object.entries(row.claims ?? {}).map((rule) => JSON.stringify(rule))
}

/** 0: none of the body, 1: some values of it, 2: all of it. */
function coverOfBody(base: Base): 0 | 1 | 2 {
  const { row } = base.definition
  if (!signs(base, 'body')) return 0
  return row.alg === 'jwt' || row.content === CANONICAL || row.content.includes('{body') ? 2 : 1
}
