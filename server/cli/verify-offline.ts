/** `hookwell verify` without a server: a request from files, checked by the same rules as a capture. */
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { type DiagnoseRequest, diagnose } from '../signatures/diagnose.ts'
import { findDefinition, SCHEMES } from '../signatures/schemes.ts'
import { signedUrlOf } from '../signatures/signed-url.ts'
import { givenRequest, momentOf } from './given-request.ts'
import { givenSettings } from './given-settings.ts'
import { nearNames } from './near-names.ts'
import { forOptions } from './offline-remedies.ts'
import type { VerifyOptions } from './verify-options.ts'

/** @throws AppError where the call is wrong or nothing could be checked */
export async function verifyOffline(options: VerifyOptions): Promise<Diagnosis> {
  const settings = await givenSettings(options)
  const { scheme } = settings
  if (scheme !== undefined && scheme !== 'custom' && findDefinition(scheme) === undefined) throw unknownScheme(scheme)
  const now = Date.now()
  const request = await givenRequest(options, (sentence) => process.stderr.write(`hookwell: ${sentence}\n`))
  const signedUrl = signedUrlOf(request, settings.publicUrl, undefined)
  const asked: DiagnoseRequest = {
    settings,
    request: { ...request, url: signedUrl.url },
    signedUrl,
    tryCauses: options.causes,
  }
  return forOptions(diagnose(asked, momentOf(options.at, now)))
}

function unknownScheme(id: string): AppError {
  const near = nearNames(
    id,
    SCHEMES.map((entry) => entry.id),
  )
  return new AppError('invalid_input', `There is no scheme ${JSON.stringify(id)}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Leave --scheme out, and it is looked for.',
  })
}
