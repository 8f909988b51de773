/**
 * `hookwell verify`: whether a request is rightly signed, and if not, why. A stored capture is asked for at the inspector that holds it;
 * a request from files is checked right here, by the same rules, without any server.
 */
import { withoutAuthority } from '../../shared/target.ts'
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { CustomScheme, type Scheme } from '../../shared/scheme.ts'
import { inspectorAt } from '../remote/inspector.ts'
import { type DiagnoseRequest, diagnose, type SettingsToTry } from '../signatures/diagnose.ts'
import { findDefinition, SCHEMES } from '../signatures/schemes.ts'
import { signedUrlOf } from '../signatures/signed-url.ts'
import { diagnosisText, isAccepted } from './diagnosis-text.ts'
import { readJson, readLine } from './files.ts'
import { givenRequest, givenSecrets, momentOf } from './given-request.ts'
import { nearNames } from './near-names.ts'
import { OFFLINE_ONLY, type VerifyOptions } from './verify-options.ts'

const INSPECTOR = 'http://127.0.0.1:4666'

/**
 * Resolves with the exit code: 0 rightly signed and not too old, 1 not.
 * @param typed the options that stand in the call itself; the environment may hold others that are meant for another one
 * @throws AppError where the call is wrong or nothing could be checked
 */
export async function verify(
  id: string | undefined,
  options: VerifyOptions,
  typed: ReadonlySet<string>,
): Promise<number> {
  const diagnosis = id === undefined ? await offline(options) : await stored(id, options, typed)
  process.stdout.write(`${options.json ? JSON.stringify(diagnosis) : diagnosisText(diagnosis)}\n`)
  return isAccepted(diagnosis.verdict) ? 0 : 1
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

async function offline(options: VerifyOptions): Promise<Diagnosis> {
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
  return diagnose(asked, momentOf(options.at, now))
}

/** @throws AppError `invalid_input` naming the option */
async function givenSettings(options: VerifyOptions): Promise<SettingsToTry> {
  if (options.custom !== undefined && options.scheme !== undefined && options.scheme !== 'custom')
    throw new AppError('invalid_input', 'Both --scheme and --custom say how it is signed.', {
      hint: 'Leave one of them out.',
    })
  const custom = options.custom === undefined ? undefined : await customScheme(options.custom)
  if (options.scheme === 'custom' && custom === undefined)
    throw new AppError('invalid_input', 'A scheme of your own is given with --custom <file>.')
  const keys = await Promise.all((options.publicKey ?? []).map((file) => readLine('--public-key', file)))
  const scheme = custom === undefined ? options.scheme : 'custom'
  return {
    secrets: await givenSecrets(options),
    ...(scheme === undefined ? {} : { scheme }),
    ...(custom === undefined ? {} : { custom }),
    ...(keys.length === 0 ? {} : { publicKeys: keys.map((key) => key.trim()) }),
    ...(options.extra === undefined ? {} : { extra: Object.fromEntries(options.extra.map(extraOf)) }),
    // A path alone says which target was asked for, but not under which address.
    ...(options.url === undefined || withoutAuthority(options.url) === options.url ? {} : { publicUrl: options.url }),
  }
}

function extraOf(text: string): [string, string] {
  const cut = text.indexOf('=')
  if (cut < 1) throw new AppError('invalid_input', `--extra takes name=value, not ${JSON.stringify(text)}.`)
  return [text.slice(0, cut), text.slice(cut + 1)]
}

async function customScheme(file: string): Promise<Scheme> {
  const read = CustomScheme.safeParse(await readJson('--custom', file))
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new AppError('invalid_input', `--custom ${JSON.stringify(file)} is not a scheme.`, { issues })
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

function inspectorUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new AppError('invalid_input', `--inspector takes an http or https URL, not ${JSON.stringify(text)}.`)
  return url.origin + url.pathname.replace(/\/+$/, '')
}
