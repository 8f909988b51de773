/** What is said where no scheme is set and none was found: a token, a value that could be a signature, or nothing of the kind. */
import type { Cause } from '../../../shared/diagnosis.ts'
import type { SignedRequest } from '../request.ts'
import type { NothingFound } from './guesses.ts'
import { jwtsOf } from './solve-token.ts'
import { type Value, valuesOf } from './values.ts'
import { contentInWords } from './words.ts'

type Unknown = Pick<Cause, 'title' | 'detail' | 'remedy'>

export function unknownScheme(given: NothingFound): Cause {
  const said = md5Found(given) ?? tokenFound(given) ?? signatureFound(given) ?? oddSignatureFound(given) ?? nothingFound
  return { id: 'scheme_not_found', ...said, evidence: `${given.tried} ways were tried.`, proven: false }
}

function md5Found({ md5 }: NothingFound): Unknown | undefined {
  if (md5 === undefined) return undefined
  return {
    title: 'It is signed with MD5',
    detail: `The value ${md5.name} was made with MD5 and the secret over ${contentInWords({ content: md5.template })}. MD5 is broken, so no check can be set up with it here.`,
    remedy: 'Choose SHA-256 at the sender, if it can be chosen there.',
  }
}

function tokenFound({ request }: NothingFound): Unknown | undefined {
  const jwt = jwtsOf(request)[0]
  if (jwt === undefined) return undefined
  return {
    title: 'It carries a signed token (JWT)',
    detail: `The value ${jwt.value.name} is a token signed with ${JSON.stringify(jwt.jwt.alg.slice(0, 20))}, and the secret that was given does not fit it.`,
    remedy:
      'Choose the scheme of this sender; a token signed with RS256 or ES256 is checked with the public key of the sender.',
  }
}

function signatureFound({ candidates, tried }: NothingFound): Unknown | undefined {
  if (candidates.length === 0) return undefined
  const names = [...new Set(candidates.map(({ name }) => name))].slice(0, 3).join(', ')
  return {
    title: 'How it is signed was not found',
    detail: `The signature could stand in ${names}, but of ${tried} ways to sign that were tried none fits with this secret.`,
    remedy:
      'Make sure that this is the secret of this very webhook, then look in the documentation of the sender for what it signs.',
  }
}

/** By its name a signature, and by its length none that could be tried. */
function oddSignatureFound({ request }: NothingFound): Unknown | undefined {
  const named = valuesOf(request).find(isNamedSignature)
  if (named === undefined) return undefined
  return {
    title: 'How it is signed was not found',
    detail: `By its name ${named.name} is a signature, but its length is none of SHA-1, SHA-256, SHA-384 or SHA-512, which are what is tried with a secret.`,
    remedy:
      'Look in the documentation of the sender for how it signs. With a public key (RSA, ECDSA), its scheme has to be chosen first.',
  }
}

function isNamedSignature({ name, text }: Value): boolean {
  return (
    /(?:^|[-_.])(?:x?sign|sig|signature|hmac|mac|digest|hash|checksum)(?:$|[-_.])|signature$/i.test(name) &&
    /^\S{8,}$/.test(text)
  )
}

const nothingFound: Unknown = {
  title: 'It carries no signature',
  detail:
    'No header, no part of the query and no value of the body has the length of a signature with a secret (SHA-1, SHA-256, SHA-384 or SHA-512), so it was most likely sent unsigned, or the signature was removed on the way.',
  remedy: 'Turn signing on at the provider, and look for what removes headers on the way.',
}

/** Values of 16 bytes, as MD5 makes them. Many ids look alike, so only what fits is ever told. */
export function md5Values(request: SignedRequest): { name: string; bytes: Buffer }[] {
  return valuesOf(request).flatMap(({ name, text }) => {
    const value = /^(?:[A-Za-z][\w.-]{0,30}[=: ])?([0-9a-f]{32}|[\w+/-]{22}(?:==)?)$/i.exec(text)?.[1]
    if (value === undefined) return []
    return [{ name, bytes: Buffer.from(value, value.length === 32 ? 'hex' : 'base64') }]
  })
}
