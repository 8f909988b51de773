/** What was found as sentences for somebody who has never heard of hashes: what is different, and what to do about it. */
import type { Cause } from '../../../shared/diagnosis.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { SignedRequest } from '../request.ts'
import { bodyCause } from './body-causes.ts'
import { differenceOf } from './difference.ts'
import type { Finding } from './finding.ts'
import { secretOf } from './key-variants.ts'
import { algorithmCause, otherScheme, placeCause, solvedCause, weakerCause } from './scheme-causes.ts'
import { differenceOfUrls } from './url-variants.ts'

export type Said = Omit<Cause, 'evidence' | 'proven'>

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
  const together =
    said.length < 2
      ? ''
      : said.length === 2
        ? ' Only with both together.'
        : ` Only with all ${said.length} of these differences together.`
  const evidence = `${row !== undefined && usesPublicKey(row) ? 'Checked like this, the signature fits the key.' : 'Made again like this, the signature is exactly the one that came.'}${together}`
  return said.map((each) => ({ ...each, evidence, proven: true }))
}

/** What fits as well, for the end of the list. */
export function causesOfWeaker(weaker: Finding | undefined): Cause[] {
  const said = weaker === undefined ? undefined : weakerCause(weaker)
  const evidence = 'Made again like this, a signature or a token that came along fits.'
  return said === undefined ? [] : [{ ...said, evidence, proven: true }]
}

function keyCause({ cause, as, owners, steps }: NonNullable<Finding['key']>): Said {
  if (owners !== undefined) {
    const whose = secretOf(owners)
    const Whose = whose.charAt(0).toUpperCase() + whose.slice(1)
    return {
      id: cause,
      title: 'The secret of another endpoint',
      detail:
        steps > 1
          ? `${Whose} matches, if it is read in another way (${as.slice(whose.length).trim()}).`
          : `${Whose} matches.`,
      remedy: `Save that secret at this endpoint too, or let the sender deliver to ${owners.slice(0, 4).join(' or ')}.`,
    }
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
    detail: `The sender signed ${url}, but ${used} was checked (${differenceOfUrls(url, used)}).`,
    remedy: url.startsWith(used)
      ? 'Look for what drops the end of the URL on the way, or set the public URL in the endpoint’s settings to the one that the provider has, character by character.'
      : 'Set the public URL in the endpoint’s settings to the one that the provider has, character by character.',
    url,
  }
}
