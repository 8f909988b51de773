/**
 * `hookwell verify`: whether a request is rightly signed, and if not, why. A stored capture is asked for at the inspector that holds it,
 * which is quick and loads nothing of the rules; a request from files is checked right here.
 */
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { inspectorAt } from '../remote/inspector.ts'
import { diagnosisText, exitCodeOf } from './diagnosis-text.ts'
import { givenSettings } from './given-settings.ts'
import { OFFLINE_ONLY, type VerifyOptions } from './verify-options.ts'

const INSPECTOR = 'http://127.0.0.1:4666'

/**
 * Resolves with the exit code: 0 rightly signed and not too old, 1 not, 2 nothing could be checked.
 * @param typed the options that stand in the call itself; the environment may hold others that are meant for another one
 * @throws AppError where the call is wrong or nothing could be checked
 */
export async function verify(
  id: string | undefined,
  options: VerifyOptions,
  typed: ReadonlySet<string>,
): Promise<number> {
  const diagnosis = id === undefined ? await fromFiles(options) : await stored(id, options, typed)
  process.stdout.write(`${options.json ? JSON.stringify(diagnosis) : diagnosisText(diagnosis)}\n`)
  return exitCodeOf(diagnosis)
}

async function fromFiles(options: VerifyOptions): Promise<Diagnosis> {
  const { verifyOffline } = await import('./verify-offline.ts')
  return verifyOffline(options)
}

async function stored(id: string, options: VerifyOptions, typed: ReadonlySet<string>): Promise<Diagnosis> {
  const stray = OFFLINE_ONLY.find((name) => typed.has(name))
  if (stray !== undefined)
    throw new AppError('invalid_input', `A stored capture has a request of its own; leave out --${stray}.`, {
      hint: 'Without an id, the request is taken from the files that are named.',
    })
  const { scheme, secrets = [], publicKeys = [], ...rest } = await givenSettings(options)
  if (secrets.length > 1 || publicKeys.length > 1)
    throw new AppError('invalid_input', 'A stored capture is tried with one secret and one public key at a time.')
  const input: DiagnoseInput = {
    ...(scheme === undefined ? {} : { scheme }),
    ...(rest.custom === undefined ? {} : { custom: rest.custom }),
    ...(secrets[0] === undefined ? {} : { secret: secrets[0].value }),
    ...(publicKeys[0] === undefined ? {} : { publicKey: publicKeys[0] }),
    ...(rest.extra === undefined ? {} : { extra: { ...rest.extra } }),
    ...(rest.publicUrl === undefined ? {} : { publicUrl: rest.publicUrl }),
    ...(options.causes ? {} : { causes: false }),
  }
  return inspectorAt(inspectorUrl(options.inspector ?? INSPECTOR), options.token).diagnose(id, input)
}

function inspectorUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new AppError('invalid_input', `--inspector takes an http or https URL, not ${JSON.stringify(text)}.`)
  return url.origin + url.pathname.replace(/\/+$/, '')
}
