/** How `verify` was told that the request is signed: scheme, secrets, keys and what else the scheme needs. */
import { AppError } from '../../shared/errors.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { withoutAuthority } from '../../shared/target.ts'
import type { SettingsToTry } from '../signatures/diagnose.ts'
import { readJson, readLine } from './files.ts'
import type { VerifyOptions } from './verify-options.ts'

/** @throws AppError `invalid_input` naming the option */
export async function givenSettings(options: VerifyOptions): Promise<SettingsToTry> {
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
  // Loaded only here: its validator takes longer to load than a stored capture takes to be verified.
  const { CustomScheme } = await import('../../shared/scheme.ts')
  const read = CustomScheme.safeParse(await readJson('--custom', file))
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new AppError('invalid_input', `--custom ${JSON.stringify(file)} is not a scheme.`, { issues })
}

/** Secrets in the order they were given. */
async function givenSecrets(options: VerifyOptions): Promise<{ id: string; value: string }[]> {
  const files = await Promise.all((options.secretFile ?? []).map((file) => readLine('--secret-file', file)))
  const values = [...(options.secret ?? []), ...files]
  if (values.includes('')) throw new AppError('invalid_input', 'The secret is empty.')
  return values.map((value, at) => ({ id: at === 0 ? 'given' : `given-${at + 1}`, value }))
}
