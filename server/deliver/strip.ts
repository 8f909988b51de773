/** What a replay leaves out when it is to go as if nobody had signed it. */
import { AppError } from '../../shared/errors.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { namesOf } from '../signatures/draft.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { witnessesIn } from '../signatures/twins.ts'
import type { EndpointRecord } from '../store/store.ts'
import type { SignaturePlaces } from './prepare.ts'

/**
 * Where the endpoint's scheme puts the signature, and every header beside it that a receiver might accept in its place.
 * @param headers of the request that is to be sent
 * @throws AppError `invalid_input` where there is no telling, and where the signature cannot be taken out
 */
export function signaturePlaces(endpoint: EndpointRecord | undefined, headers: HeaderPairs): SignaturePlaces {
  const definition = endpoint?.signing === undefined ? undefined : definitionOf(endpoint.signing)
  if (definition === undefined) {
    throw new AppError(
      'invalid_input',
      'There is no telling which header is the signature: the endpoint has no scheme.',
      {
        hint: 'Set a scheme, or leave the header out by hand.',
        issues: [{ path: 'sign', message: 'The endpoint has no scheme.' }],
      },
    )
  }
  const { sig } = definition.row
  const names = namesOf(sig)
  const others = [...witnessesIn(headers, definition).keys()]
  if (sig.in === 'header') return { headers: [...names, ...others], query: [] }
  if (sig.in === 'query') return { headers: others, query: names }
  throw new AppError('invalid_input', 'The signature of this scheme stands inside the body.', {
    hint: 'Edit the body to take it out.',
    issues: [{ path: 'sign', message: 'The signature stands inside the body.' }],
  })
}
