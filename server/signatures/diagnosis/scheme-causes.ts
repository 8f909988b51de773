/** What was found out about how it is signed, as sentences: another hash, another place, another scheme. */
import type { Scheme } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { placeOfSignature } from '../places.ts'
import { findScheme } from '../schemes.ts'
import type { Said } from './causes.ts'
import type { Finding, Place } from './finding.ts'
import { contentInWords, hashName, lower } from './words.ts'

export function algorithmCause(algorithm: NonNullable<Finding['algorithm']>, row: Scheme): Said {
  const [used, wanted] = [hashName(algorithm), row.alg === 'jwt' ? (row.algs ?? []).join(' or ') : hashName(row.alg)]
  return {
    id: 'wrong_digest',
    title: 'Another hash was used',
    detail: `The sender signed with ${used}, and this scheme expects ${wanted}.`,
    remedy: `Choose ${wanted} at the sender, or use a scheme with ${used}.`,
  }
}

export function placeCause({ in: place, name, form, enc, oddity }: Place, row: Scheme): Said {
  const here = placeOfSignature({ ...row.sig, in: place, name })
  const names = [row.sig.name, ...(row.sig.aliases ?? [])].map((each) => each.toLowerCase())
  const elsewhere = place !== row.sig.in || !names.includes(name.toLowerCase())
  if (elsewhere)
    return {
      id: 'wrong_header',
      title: 'The signature stands somewhere else',
      detail: `${here} holds the right signature, and this scheme looks for it in ${lower(placeOfSignature(row.sig))}.`,
      remedy: 'Choose the scheme that this sender uses, or find out what renamed or removed the header on the way.',
    }
  if (enc !== row.sig.enc || oddity !== undefined)
    return {
      id: 'wrong_encoding',
      title: 'The signature is written differently',
      detail: `${here} holds the right signature ${writtenAs(enc, oddity)}, and this scheme expects it in ${row.sig.enc}.`,
      remedy: `Write the signature in ${row.sig.enc} at the sender, or use a scheme that reads it like this.`,
    }
  const form_ = form.field ?? form.prefix
  return {
    id: 'wrong_form',
    title: 'The signature has another form',
    detail: `${here} holds the right signature, but ${form_ === undefined ? 'with nothing before it' : `behind ${JSON.stringify(form_)}`}, which this scheme does not expect.`,
    remedy: 'Choose the scheme that this sender uses, or write the header at the sender as the scheme says.',
  }
}

function writtenAs(enc: Place['enc'], oddity: Place['oddity']): string {
  if (oddity === 'capitals') return 'in hex with capital letters'
  if (oddity === 'padding') return `in ${enc} with a wrong number of = at its end`
  return oddity === 'hex-in-base64' ? 'as hex that was put into base64 once more' : `in ${enc}`
}

export function solvedCause(row: Scheme, schemeId: string | undefined): Said {
  const name = schemeId === undefined ? undefined : findScheme(schemeId)?.name
  const here = placeOfSignature(row.sig)
  if (row.alg === 'token')
    return {
      id: 'scheme_found',
      title: 'The secret itself is sent along',
      detail: `${here} holds the secret itself, so nothing is signed and only the secret is compared.`,
      remedy: 'Use the scheme that was found; it compares this value with the secret.',
    }
  if (row.alg === 'jwt')
    return {
      id: 'scheme_found',
      title: 'It is signed with a token (JWT)',
      detail: `${here} holds a signed token, and the secret fits it (${row.algs?.join(', ')}).${unseen(row)}`,
      remedy: 'Use the scheme that was found.',
    }
  return {
    id: 'scheme_found',
    title: name === undefined ? 'How it is signed was found' : `It is signed as ${name} does`,
    detail: `${here} holds a signature that was made with the secret and ${hashName(row.alg)}. What is signed is ${contentInWords(row)}; the signature is written in ${row.sig.enc}.${unseen(row)}`,
    remedy: 'Use the scheme that was found.',
  }
}

export function otherScheme(id: string): Said {
  const { name = id, row } = findScheme(id) ?? {}
  const key = row !== undefined && usesPublicKey(row) ? 'public key' : 'secret'
  return {
    id: 'other_scheme',
    title: `It is signed as ${name} does`,
    detail: `With the scheme ${name} and the same ${key} the signature fits.`,
    remedy: `Choose the scheme ${name} for this endpoint.`,
  }
}

/** What whoever takes over a scheme that was found should know. */
function unseen(row: Scheme): string {
  return coverOfRow(row) ? '' : ' It does not cover the body, which anybody could have changed.'
}

const coverOfRow = ({ claims, content }: Scheme): boolean =>
  claims?.bodySha256Hex !== undefined || content.includes('{body') || content.includes('{json:')

/** What fits too, but sees less than the scheme that is set: told, so that nobody wonders, and told what it is worth. */
export function weakerCause({ solved }: Finding): Said | undefined {
  if (solved === undefined) return undefined
  const here = placeOfSignature(solved.sig)
  const what =
    solved.alg === 'token'
      ? 'the secret itself'
      : solved.alg === 'jwt'
        ? 'a token (JWT) that fits the secret'
        : `a signature that fits the secret, over ${contentInWords(solved)}`
  return {
    id: 'weaker_scheme',
    title: 'Something else in it fits, and proves less',
    detail: `${here} holds ${what}. It vouches for less of the request than the scheme of this endpoint does, so the rest could have been changed by anybody.`,
    remedy: 'Do not set up a check with it only because it fits: mend what is named above.',
  }
}
