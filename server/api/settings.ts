/** What a schema cannot say about an endpoint's settings: that its scheme exists, and that its answer can be sent. */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isOurs } from '../../shared/answer-headers.ts'
import type { EndpointPatch } from '../../shared/endpoint.ts'
import { AppError, type Issue } from '../../shared/errors.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { findScheme } from '../signatures/schemes.ts'
import { noPublicKeysYet, unknownScheme } from '../signatures/verify-request.ts'

/**
 * @param custom the row that the endpoint has already
 * @throws AppError `invalid_input`
 */
export function checkSettings({ signing, answer }: EndpointPatch, custom?: Scheme): void {
  if (signing) {
    if (signing.scheme !== 'custom' && findScheme(signing.scheme) === undefined)
      throw unknownScheme(signing.scheme, 'signing.scheme')
    if (signing.publicKeys?.length) throw noPublicKeysYet('signing.publicKeys')
    if (signing.scheme === 'custom' && !signing.custom && (custom === undefined || signing.custom === null))
      throw new AppError('invalid_input', 'A custom scheme needs its row.', {
        issues: [{ path: 'signing.custom', message: 'Missing.' }],
      })
  }
  const issues = (answer?.default.headers ?? []).flatMap(([name, value], index): Issue[] => {
    const message = headerFault(name, value)
    return message === undefined ? [] : [{ path: `answer.default.headers.${index}`, message }]
  })
  if (issues.length > 0)
    throw new AppError('invalid_input', `A header of the answer cannot be sent: ${issues[0]?.message}`, { issues })
}

function headerFault(name: string, value: string): string | undefined {
  if (isOurs(name)) return `${name} is set by Hookwell itself or is not allowed in an answer.`
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return undefined
  } catch {
    return `${JSON.stringify(name)} or its value has characters that no header may have.`
  }
}
