/** What is tried in the form beside the verdict, as the server wants to hear it; and what of it is worth being kept. */
import type { Diagnosis, DiagnoseInput } from '../../shared/diagnosis.ts'
import type { Endpoint, SigningInput } from '../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { signsUrl, usesPublicKey } from '../../shared/scheme-key.ts'

/** The choice "I do not know": no scheme is named, so that the server looks for one. */
export const FIND = ''

export interface Attempt {
  /** An id of the table, `custom`, or `FIND`. */
  readonly scheme: string
  /** JSON of a row, where `scheme` is `custom`. */
  readonly custom: string
  /** The secret or the public key, exactly as typed: a space too many is one of the things to be found. */
  readonly key: string
  readonly extra: Readonly<Record<string, string>>
  readonly publicUrl: string
}

export interface Needs {
  readonly publicKey: boolean
  readonly url: boolean
  readonly settings: readonly { name: string; label: string; hint?: string | undefined; required: boolean }[]
}

/** What has to be asked for a scheme. */
export function needsOf(
  attempt: Pick<Attempt, 'scheme' | 'custom'>,
  entry: SchemeEntry | undefined,
  usedUrl: boolean,
): Needs {
  const row = attempt.scheme === 'custom' ? rowOf(attempt.custom) : entry?.row
  const settings = entry?.settings ?? []
  const { match } = row ?? {}
  const isAsked = match === undefined || settings.some((one) => one.name === match.extra)
  return {
    publicKey: row !== undefined && usesPublicKey(row),
    url: usedUrl || (row !== undefined && signsUrl(row)),
    settings: isAsked
      ? settings
      : [...settings, { name: match.extra, label: `Expected value of ${match.header}`, required: false }],
  }
}

/** The row that was typed; undefined while it cannot be read. What it says is checked by the server. */
export function rowOf(json: string): Scheme | undefined {
  try {
    const row = JSON.parse(json) as Scheme // the few fields read here are looked at below, the rest by the server
    const isRow = typeof row?.alg === 'string' && typeof row.sig === 'object' && typeof row.key === 'object'
    return isRow ? { ...row, content: row.content ?? '' } : undefined
  } catch {
    return undefined
  }
}

/** @throws Error with a sentence to show, where a row of one's own cannot be read */
export function inputOf(attempt: Attempt, needs: Needs): DiagnoseInput {
  const { scheme, key, publicUrl } = attempt
  const extra = given(attempt.extra, needs)
  const row = scheme === 'custom' ? rowOf(attempt.custom) : undefined
  if (scheme === 'custom' && row === undefined) {
    throw new Error('The scheme cannot be read. It is JSON with at least "alg", "key", "sig" and "content".')
  }
  return {
    ...(scheme === FIND ? {} : { scheme }),
    ...(row === undefined ? {} : { custom: row }),
    ...(key === '' ? {} : needs.publicKey ? { publicKey: key } : { secret: key }),
    ...(extra === undefined ? {} : { extra }),
    ...(publicUrl.trim() === '' ? {} : { publicUrl: publicUrl.trim() }),
  }
}

function given(extra: Attempt['extra'], needs: Needs): Record<string, string> | undefined {
  const entries = needs.settings.flatMap(({ name }) => {
    const value = extra[name]?.trim() ?? ''
    return value === '' ? [] : [[name, value] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/**
 * The settings that make what was found the endpoint's own; undefined where nothing was. What was not typed stays as the endpoint has it.
 * @param input what the diagnosis was asked with
 */
export function signingOf(
  input: DiagnoseInput,
  found: Pick<Diagnosis, 'verdict' | 'scheme' | 'schemeId'>,
  endpoint: Pick<Endpoint, 'signing'>,
): SigningInput | undefined {
  const how = schemeOf(input, found, endpoint)
  if (how === undefined) return undefined
  const { secret, publicKey, publicUrl } = input
  const extra = input.extra === undefined ? undefined : { ...endpoint.signing?.extra, ...input.extra }
  return {
    ...how,
    ...(secret === undefined ? {} : { secrets: [secret] }),
    ...(publicKey === undefined ? {} : { publicKeys: [publicKey] }),
    ...(extra === undefined ? {} : { extra }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  }
}

function schemeOf(
  input: DiagnoseInput,
  { verdict, scheme, schemeId }: Pick<Diagnosis, 'verdict' | 'scheme' | 'schemeId'>,
  endpoint: Pick<Endpoint, 'signing'>,
): Pick<SigningInput, 'scheme' | 'custom'> | undefined {
  if (verdict.kind !== 'valid') {
    if (schemeId !== undefined) return { scheme: schemeId }
    return scheme === undefined ? undefined : { scheme: 'custom', custom: scheme }
  }
  const id = input.scheme ?? endpoint.signing?.scheme
  if (id === undefined) return undefined
  return id === 'custom' && input.custom !== undefined ? { scheme: id, custom: input.custom } : { scheme: id }
}
