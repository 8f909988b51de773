/** What mends a fault where there is no endpoint with settings, but a call with options. */
import type { Cause, Diagnosis } from '../../shared/diagnosis.ts'

const ADD = 'Give it with'

const BY_ID: Readonly<Record<string, string>> = {
  no_secret: `${ADD} --secret-file <file>.`,
  no_public_key: `${ADD} --public-key <file>.`,
  public_key_unknown: 'Give the public key that the request names with --public-key <file>.',
  wrong_url: 'Give the URL that the provider has with --url, character by character.',
  public_url_unknown: 'Give the URL that the provider has with --url, character by character.',
  secret_whitespace:
    'Give the secret exactly as the provider shows it, without spaces, quotes or line breaks: in a file for --secret-file.',
  scheme_found: 'Check with the scheme that was found: it is printed below.',
}

/** The same diagnosis, with remedies that speak of options. */
export function forOptions(diagnosis: Diagnosis): Diagnosis {
  const { schemeId, suggestions } = diagnosis
  return {
    ...diagnosis,
    causes: diagnosis.causes.map((cause) => ({
      ...cause,
      remedy: remedyOf(cause, schemeId ?? suggestions[0]?.scheme),
    })),
  }
}

function remedyOf({ id, remedy, proven }: Cause, scheme: string | undefined): string {
  if (id === 'setting_missing') return remedy.replace(/^Add it in [^.]*\./, `${ADD} --extra <name=value>.`)
  if (id === 'other_scheme' && scheme !== undefined)
    return proven
      ? `Check with --scheme ${scheme}.`
      : `Check with --scheme ${scheme}, and with the secret or public key of that sender.`
  return BY_ID[id] ?? remedy
}
