/**
 * Why the signature of a stored capture is not accepted, with the endpoint's settings or with others that are tried. In the thread, since a
 * search takes long, unless there is nothing to search for.
 */
import type { Capture } from '../../shared/capture.ts'
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { causeOf, type Checker, GivenUp } from './checker.ts'
import type { Log } from '../log.ts'
import type { ProviderKeys } from './provider-keys.ts'
import type { SettingsToTry } from '../signatures/diagnose.ts'
import { definitionOf, type SigningSettings, verdictOf } from '../signatures/endpoint-check.ts'
import { isHeavy } from '../signatures/findings.ts'
import { lazyJson } from '../signatures/json-body.ts'
import { signedUrlOf } from '../signatures/signed-url.ts'
import { withFetchedKeys } from './stored-check.ts'
import type { EndpointRecord, Store } from '../store/store.ts'
import { maySeeKeptSecrets, settingsToTry } from './tried-settings.ts'

export interface Diagnosing {
  readonly store: Store
  readonly checker: Checker
  readonly keys: ProviderKeys
  readonly publicUrl: string | undefined
  readonly log: Log
}

/**
 * @param input what to check with instead of the endpoint's settings; nothing of it is kept
 * @param signal aborts where nobody waits for it any more
 * @throws AppError `not_found`, `invalid_input`; `unavailable` where too many are asked for at once
 */
export async function diagnoseStored(
  parts: Diagnosing,
  capture: Capture,
  input: DiagnoseInput,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { store, checker, publicUrl, log } = parts
  const { causes = true } = input
  const own = store.endpoint(capture.endpoint)?.signing
  const settings = settingsToTry(own, input)
  const complete = hasScheme(settings)
    ? ((await withFetchedKeys(parts, settings, capture)).settings ?? settings)
    : settings
  const content = await store.body(capture.id)
  if (content === undefined) throw gone(capture.id)
  const { method, target } = capture
  const headers = capture.headers.flat()
  const signedUrl = signedUrlOf({ target, headers }, settings?.publicUrl, publicUrl)
  const told = { method, target, headers, url: signedUrl.url, body: content.bytes }
  const at = capture.receivedAt
  if (!isHeavy(capture.bodySize)) {
    const request = { ...told, json: lazyJson(told.body) }
    const quick = !causes || (hasScheme(complete) && isAccepted(complete, request, at))
    if (quick) return (await diagnosis()).diagnose({ settings: complete, request, signedUrl, tryCauses: false }, at)
  }
  const others =
    causes && maySeeKeptSecrets(own, settings ?? {}) ? secretsOfOthers(store.endpoints(), capture.endpoint) : []
  const asked = { settings: complete, signedUrl, others: await others, tryCauses: causes }
  try {
    return await checker.diagnose({ input: asked, request: told, at }, signal)
  } catch (error) {
    if (error instanceof GivenUp) log('A diagnosis was given up.', { capture: capture.id, error: causeOf(error) })
    throw error
  }
}

/** Its many variants are loaded when somebody asks, so that the start does not wait for them. */
const diagnosis = () => import('../signatures/diagnose.ts')

const hasScheme = (settings: SettingsToTry | undefined): settings is SigningSettings => settings?.scheme !== undefined

function isAccepted(settings: SigningSettings, request: Parameters<typeof verdictOf>[1], at: number): boolean {
  if (definitionOf(settings) === undefined) return false
  const { kind, freshness } = verdictOf(settings, request, at)
  return kind === 'valid' && (freshness === undefined || freshness === 'fresh')
}

/** By the names that people know the endpoints by. */
async function secretsOfOthers(
  endpoints: Promise<EndpointRecord[]>,
  self: string,
): Promise<{ name: string; secrets: string[] }[]> {
  return (await endpoints).flatMap(({ id, alias, name, signing }) =>
    id === self || signing === undefined || signing.secrets.length === 0
      ? []
      : [{ name: alias ?? name ?? id.slice(0, SHORT_ID), secrets: signing.secrets.map(({ value }) => value) }],
  )
}

/** Characters of an id that tell endpoints apart. */
const SHORT_ID = 8

const gone = (id: string): AppError =>
  new AppError('not_found', `There is no capture ${id}.`, {
    hint: 'It may have been deleted by hand or by the retention limit.',
  })
