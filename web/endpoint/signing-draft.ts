/** The signature's settings while they are edited, apart from how they are drawn. */
import type { Diagnosis, DiagnoseInput } from '../../shared/diagnosis.ts'
import type { Signing, SigningInput } from '../../shared/endpoint.ts'
import { signsUrl, usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme, SchemeEntry, SchemeSetting } from '../../shared/scheme.ts'

export interface SigningDraft {
  /** A scheme's id, `custom`, or empty: none. */
  readonly scheme: string
  readonly custom: Scheme
  /** New secrets, which replace those in use; empty ones are none. */
  readonly secrets: readonly string[]
  readonly publicKeys: readonly string[]
  readonly extra: Readonly<Record<string, string>>
  readonly publicUrl: string
  readonly fetchKeys: boolean
}

/** The most common form there is: a hex HMAC-SHA256 of the body in one header. */
export function usualScheme(): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Signature', enc: 'hex' },
    content: '{body}',
  }
}

/** @param proposed a scheme that a link proposes */
export function draftOf(signing: Signing | undefined, proposed?: string): SigningDraft {
  const scheme = proposed ?? signing?.scheme ?? ''
  const publicKeys = signing?.publicKeys ?? []
  return {
    scheme,
    custom: signing?.custom ?? usualScheme(),
    secrets: [''],
    publicKeys: publicKeys.length === 0 ? [''] : publicKeys,
    extra: signing?.extra ?? {},
    publicUrl: signing?.publicUrl ?? '',
    fetchKeys: signing?.fetchKeys ?? false,
  }
}

/** What was written and nothing else, so that an empty field that was added does not count as a change. */
export function isChanged(draft: SigningDraft, signing: Signing | undefined): boolean {
  const told = ({ secrets, publicKeys, extra, custom, ...rest }: SigningDraft) =>
    JSON.stringify([
      rest,
      secrets.filter((one) => one !== ''),
      publicKeys.filter((one) => one.trim() !== ''),
      Object.entries(extra).filter(([, value]) => value !== ''),
      rest.scheme === 'custom' ? custom : '',
    ])
  return told(draft) !== told(draftOf(signing))
}

/** The row the draft is about; undefined where there is none or it is not known (yet). */
export function rowOf(draft: SigningDraft, entry: SchemeEntry | undefined): Scheme | undefined {
  return draft.scheme === 'custom' ? draft.custom : entry?.row
}

/** The values besides secrets and keys that a scheme needs: as its entry says, else as its row names them. */
export function settingsOf(row: Scheme | undefined, entry: SchemeEntry | undefined): readonly SchemeSetting[] {
  if (entry?.settings !== undefined) return entry.settings
  if (row === undefined) return []
  const named = [...row.content.matchAll(/\{extra:([^{}]+)\}/g)].map(([, name = '']) => name)
  const found = new Map(
    named.map((name) => [name, { name, label: name, hint: 'Part of what is signed.', required: true }]),
  )
  const { match, claims } = row
  if (match !== undefined)
    found.set(match.extra, {
      name: match.extra,
      label: `Expected value of ${match.header}`,
      hint: 'A request with another value in this header is not taken for yours.',
      required: true,
    })
  if (claims?.aud !== undefined)
    found.set(claims.aud, {
      name: claims.aud,
      label: `Expected audience (${claims.aud})`,
      hint: 'What the token must name as its audience (aud).',
      required: true,
    })
  return [...found.values()]
}

/** The draft as the API takes it; null: signatures are not checked. */
export function inputOf(
  draft: SigningDraft,
  entry: SchemeEntry | undefined,
  signing: Signing | undefined,
): SigningInput | null {
  if (draft.scheme === '') return null
  const row = rowOf(draft, entry)
  const secrets = draft.secrets.filter((one) => one !== '')
  const publicKeys = keysOf(draft)
  const extra = extraOf(draft, row, entry, signing)
  const takesKeys = row === undefined || usesPublicKey(row)
  return {
    scheme: draft.scheme,
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(draft.scheme === 'custom' ? { custom: draft.custom } : {}),
    publicKeys: takesKeys && publicKeys.length > 0 ? publicKeys : null,
    extra: Object.keys(extra).length === 0 ? null : extra,
    publicUrl: draft.publicUrl.trim() === '' ? null : draft.publicUrl.trim(),
    fetchKeys: takesKeys && draft.fetchKeys ? true : null,
  }
}

const keysOf = (draft: SigningDraft): string[] => draft.publicKeys.map((one) => one.trim()).filter((one) => one !== '')

/** What the scheme asks for, and what was set for the same scheme in another way. Values for another scheme go. */
function extraOf(
  draft: SigningDraft,
  row: Scheme | undefined,
  entry: SchemeEntry | undefined,
  signing: Signing | undefined,
): Record<string, string> {
  const names = settingsOf(row, entry).map((setting) => setting.name)
  const stays = (name: string) => names.includes(name) || draft.scheme === signing?.scheme
  return Object.fromEntries(Object.entries(draft.extra).filter(([name, value]) => value !== '' && stays(name)))
}

/**
 * What to try on a stored request, one after another until one fits: with each new secret or key, else with those in use.
 * Empty where no scheme is chosen.
 */
export function trialsOf(
  draft: SigningDraft,
  entry: SchemeEntry | undefined,
  signing: Signing | undefined,
): readonly DiagnoseInput[] {
  if (draft.scheme === '') return signing === undefined ? [{ causes: false }] : []
  const row = rowOf(draft, entry)
  const extra = extraOf(draft, row, entry, signing)
  const common: DiagnoseInput = {
    scheme: draft.scheme,
    ...(draft.scheme === 'custom' ? { custom: draft.custom } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    ...(URL.canParse(draft.publicUrl.trim()) ? { publicUrl: draft.publicUrl.trim() } : {}),
    causes: false,
  }
  const isKey = row !== undefined && usesPublicKey(row)
  const given = isKey ? keysOf(draft) : draft.secrets.filter((one) => one !== '')
  if (given.length === 0) return [common]
  return given.map((value) => ({ ...common, ...(isKey ? { publicKey: value } : { secret: value }) }))
}

/** Whether the URL that senders were given matters to this scheme. A check that used one knows best. */
export function needsUrl(
  row: Scheme | undefined,
  entry: SchemeEntry | undefined,
  found: Diagnosis | undefined,
): boolean {
  return found?.url !== undefined || (row !== undefined && signsUrl(row)) || /\bURL\b/i.test(entry?.signs ?? '')
}
