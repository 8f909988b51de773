/** What was found as sentences for somebody who has never heard of hashes: what is different, and what to do about it. */
import type { Cause } from '../../../shared/diagnosis.ts'
import type { Algorithm, Scheme } from '../../../shared/scheme.ts'
import { placeOfSignature } from '../places.ts'
import type { SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import type { BodyVariant } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import { differenceOf } from './difference.ts'
import type { Finding } from './finding.ts'
import { differenceOfUrls } from './url-variants.ts'

type Said = Omit<Cause, 'evidence' | 'proven'>

/** One cause for each thing that is different; together they make the signature fit. */
export function causesOfFinding(finding: Finding, row: Scheme | undefined, request: SignedRequest): Cause[] {
  const { body, key, url, method, stamp, place, algorithm, schemeId, solved } = finding
  const said: Said[] = []
  if (solved !== undefined) said.push(solvedCause(solved, schemeId))
  else if (schemeId !== undefined && place === undefined && key === undefined && algorithm === undefined)
    said.push(otherScheme(schemeId))
  if (key !== undefined) said.push(keyCause(key))
  if (url !== undefined) said.push(urlCause(url, request.url))
  if (method !== undefined)
    said.push({
      id: 'wrong_method',
      title: 'Another method was signed',
      detail: `The sender signed the method ${method}, but ${request.method} arrived.`,
      remedy: 'Let whatever stands between the sender and this endpoint keep the method.',
    })
  if (stamp !== undefined)
    said.push({
      id: 'timestamp_unit',
      title: 'The time has another unit',
      detail: `The signature fits ${stamp}, which is not what the scheme says.`,
      remedy:
        'Set the unit of the time in the scheme, or mend it at the sender: seconds have ten digits, milliseconds thirteen.',
    })
  if (body !== undefined) said.push({ ...bodyCause(body), body: differenceOf(request.body, body.body) })
  if (algorithm !== undefined && row !== undefined) said.push(algorithmCause(algorithm, row))
  if (place !== undefined && row !== undefined) said.push(placeCause(place, row))
  const together = said.length > 1 ? ` Only with all ${said.length} of these differences together.` : ''
  const evidence = `Made again like this, the signature is exactly the one that came.${together}`
  return said.map((each) => ({ ...each, evidence, proven: true }))
}

const BODY_CAUSES: Record<BodyVariant['cause'], { title: string; why: string; remedy: string }> = {
  body_reserialised: {
    title: 'The JSON was written anew',
    why: 'Something read the body as JSON and wrote it again, with other spaces or another order.',
    remedy:
      'Sign and check the body exactly as it is sent. In an app, keep the raw bytes before a middleware such as express.json() parses them.',
  },
  body_escaped: {
    title: 'Characters in the JSON are written differently',
    why: 'Something read the body as JSON and wrote letters or slashes in another way, which means the same but is not the same text.',
    remedy: 'Sign and check the body exactly as it is sent, and never a text that was made from the parsed JSON.',
  },
  body_line_ends: {
    title: 'Line breaks or spaces at the edges differ',
    why: 'Something added or removed characters that cannot be seen.',
    remedy: 'Let nothing trim the body or change its line breaks, neither at the sender nor on the way.',
  },
  body_form: {
    title: 'Form and JSON were mixed up',
    why: 'One side took the form, and the other took what is inside it.',
    remedy:
      'Choose the same content type at the provider and here, and sign the form or its content on both sides alike.',
  },
  body_double_encoded: {
    title: 'The body was encoded as JSON twice',
    why: 'A text that is JSON already was turned into JSON once more.',
    remedy:
      'Take out one of the two encodings, at the sender or on the way: text that is JSON already is sent as it is.',
  },
  body_compressed: {
    title: 'The body was packed or unpacked after signing',
    why: 'One side signed the compressed bytes and the other the text in them.',
    remedy: 'Sign and check at the same stage: either before the body is compressed or after it.',
  },
  body_charset: {
    title: 'The letters of the body were encoded differently',
    why: 'Something took the bytes for text in the wrong encoding and wrote them again.',
    remedy: 'Treat the body as bytes until the signature is checked, and do not turn it into text before.',
  },
  body_part: {
    title: 'Only a part of the body was signed',
    why: 'The sender left out the rest.',
    remedy: 'Sign the whole body at the sender, or check with a scheme that signs only this part.',
  },
  body_empty: {
    title: 'An empty body was signed',
    why: 'The sender signed before there was a body, or its framework had already read it away.',
    remedy: 'Let the sender sign the bytes that it sends; a body that was read once must be kept for signing.',
  },
}

function bodyCause({ cause, as }: BodyVariant): Said {
  const { title, why, remedy } = BODY_CAUSES[cause]
  return { id: cause, title, detail: `The signature fits ${as}, not the body that arrived. ${why}`, remedy }
}

function keyCause({ cause, as, owner, steps }: NonNullable<Finding['key']>): Said {
  if (owner !== undefined)
    return {
      id: cause,
      title: 'The secret of another endpoint',
      detail:
        steps > 1
          ? `The secret of endpoint ${owner} matches, if it is read in another way (${as.slice(as.lastIndexOf(owner) + owner.length).trim()}).`
          : `The secret of endpoint ${owner} matches.`,
      remedy: `Save that secret at this endpoint too, or let the sender deliver to ${owner}.`,
    }
  if (cause === 'secret_whitespace')
    return {
      id: cause,
      title: 'Characters around the secret',
      detail: `The signature fits ${as}, so the secret was saved with something that does not belong to it, or without something that does.`,
      remedy: 'Save the secret again, exactly as the provider shows it, without spaces, quotes or line breaks.',
    }
  return {
    id: cause,
    title: 'The secret is read in another way',
    detail: `The signature fits ${as}, which is not how this scheme reads its secret.`,
    remedy: 'Choose the scheme that reads the secret like this, or mend the way in which the sender reads it.',
  }
}

function urlCause(url: string, used: string): Said {
  return {
    id: 'wrong_url',
    title: 'Another URL was signed',
    detail: `The sender signed ${url}, and this endpoint was checked with ${used} (${differenceOfUrls(url, used)}).`,
    remedy: 'Set the public URL in the endpoint’s settings to the one that the provider has, character by character.',
    url,
  }
}

const HASH_NAMES: Partial<Record<Algorithm, string>> = {
  'hmac-sha1': 'SHA-1',
  'hmac-sha256': 'SHA-256',
  'hmac-sha384': 'SHA-384',
  'hmac-sha512': 'SHA-512',
  'hash-sha256': 'SHA-256 without a key',
}

function algorithmCause(algorithm: Algorithm, row: Scheme): Said {
  const [used, wanted] = [HASH_NAMES[algorithm] ?? algorithm, HASH_NAMES[row.alg] ?? row.alg]
  return {
    id: 'wrong_digest',
    title: 'Another hash was used',
    detail: `The sender signed with ${used}, and this scheme expects ${wanted}.`,
    remedy: `Choose ${wanted} at the sender, or use a scheme with ${used}.`,
  }
}

function placeCause({ in: place, name, form, enc, oddity }: Candidate, row: Scheme): Said {
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

function writtenAs(enc: Candidate['enc'], oddity: Candidate['oddity']): string {
  if (oddity === 'capitals') return 'in hex with capital letters'
  if (oddity === 'padding') return `in ${enc} with a wrong number of = at its end`
  return oddity === 'hex-in-base64' ? 'as hex that was put into base64 once more' : `in ${enc}`
}

function solvedCause(row: Scheme, schemeId: string | undefined): Said {
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
      detail: `${here} holds a signed token, and the secret fits it (${row.algs?.join(', ')}).`,
      remedy: 'Use the scheme that was found.',
    }
  return {
    id: 'scheme_found',
    title: name === undefined ? 'How it is signed was found' : `It is signed as ${name} does`,
    detail: `${here} holds a signature that fits the secret: ${HASH_NAMES[row.alg] ?? row.alg} over ${row.content.replaceAll('\n', '\\n')}, in ${row.sig.enc}.`,
    remedy: 'Use the scheme that was found.',
  }
}

function otherScheme(id: string): Said {
  const name = findScheme(id)?.name ?? id
  return {
    id: 'other_scheme',
    title: `It is signed as ${name} does`,
    detail: `With the scheme ${name} and the same secret the signature fits.`,
    remedy: `Choose the scheme ${name} for this endpoint.`,
  }
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)
