/** What a schema cannot say about an endpoint's settings: that its scheme exists, that secrets and keys are such as it needs, and that its answer can be sent. */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isOurs } from '../../shared/answer-headers.ts'
import type { EndpointPatch, SigningInput } from '../../shared/endpoint.ts'
import { AppError } from '../../shared/errors.ts'
import type { Issue } from '../../shared/problem.ts'
import { publicKeyFault, secretFault } from '../signatures/credentials.ts'
import { definitionOf, type SigningSettings } from '../signatures/endpoint-check.ts'
import type { Fault } from '../signatures/fault.ts'
import { retypeReason } from '../signatures/kept-secret.ts'
import { findScheme } from '../signatures/schemes.ts'
import { unknownScheme } from '../signatures/verify-request.ts'

/**
 * @param known what the endpoint has already
 * @throws AppError `invalid_input`
 */
export function checkSettings({ signing, answer }: EndpointPatch, known?: SigningSettings): void {
  if (signing) checkSigning(signing, known)
  const issues = (answer?.default.headers ?? []).flatMap(([name, value], index): Issue[] => {
    const message = headerFault(name, value)
    return message === undefined ? [] : [{ path: `answer.default.headers.${index}`, message }]
  })
  if (issues.length > 0)
    throw new AppError('invalid_input', `A header of the answer cannot be sent: ${issues[0]?.message}`, { issues })
}

/**
 * What is written now is looked at as the scheme that is written now will read it. A missing setting is no error: the verdicts say so,
 * and settings are often typed one by one.
 */
function checkSigning(signing: SigningInput, known: SigningSettings | undefined): void {
  const custom = signing.custom ?? (signing.custom === null ? undefined : known?.custom)
  const definition = definitionOf({ scheme: signing.scheme, custom })
  if (definition === undefined && signing.scheme !== 'custom') throw unknownScheme(signing.scheme, 'signing.scheme')
  if (definition === undefined)
    throw new AppError('invalid_input', 'A custom scheme needs its row.', {
      issues: [{ path: 'signing.custom', message: 'Missing.' }],
    })
  const keepsSecrets = signing.secrets === undefined && known !== undefined && known.secrets.length > 0
  const again = keepsSecrets ? retypeReason(definitionOf(known), definition) : undefined
  if (again !== undefined)
    throw new AppError('invalid_input', again, { issues: [{ path: 'signing.secrets', message: again }] })
  // Of schemes whose keys are fetched the secret is what fetches them.
  const secrets = findScheme(signing.scheme)?.keysFrom === undefined ? (signing.secrets ?? []) : []
  const issues = [
    ...issuesAt('signing.secrets', secrets, (secret) => secretFault(definition, secret)),
    ...issuesAt('signing.publicKeys', signing.publicKeys ?? [], (key) => publicKeyFault(definition, key)),
  ]
  if (issues.length > 0) throw new AppError('invalid_input', issues[0]?.message ?? '', { issues })
}

function issuesAt(path: string, given: readonly string[], faultOf: (text: string) => Fault | undefined): Issue[] {
  return given.flatMap((text, index) => {
    const fault = faultOf(text)
    return fault === undefined ? [] : [{ path: `${path}.${index}`, message: fault.says }]
  })
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
