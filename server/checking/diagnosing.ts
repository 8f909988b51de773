/**
 * Why the signature of a stored capture is not accepted, with the endpoint's settings or with others that are tried. In the thread, since a
 * search takes long, unless there is nothing to search for.
 */
import type { Capture } from '../../shared/capture.ts'
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { compile } from '../signatures/compile.ts'
import type { SettingsToTry } from '../signatures/diagnose.ts'
import type { Fitted } from '../signatures/diagnosis/mismatch.ts'
import { definitionOf, type SigningSettings, verdictOf } from '../signatures/endpoint-check.ts'
import type { SignedRequest } from '../signatures/request.ts'
import type { EndpointRecord, Store } from '../store/store.ts'
import { causeOf, GivenUp } from './given-up.ts'
import { type StoredCheck, withFetchedKeys } from './stored-check.ts'
import { hasScheme, lookAt } from './stored-request.ts'
import { maySeeKeptSecrets, settingsToTry } from './tried-settings.ts'

/**
 * @param input what to check with instead of the endpoint's settings; nothing of it is kept
 * @param signal aborts where nobody waits for it any more
 * @throws AppError `not_found`, `invalid_input`; `unavailable` where too many are asked for at once
 */
export async function diagnoseStored(
  parts: Omit<StoredCheck, 'now'>,
  capture: Capture,
  input: DiagnoseInput,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { store, checker, log } = parts
  const { causes = true } = input
  const own = store.endpoint(capture.endpoint)?.signing
  const settings = settingsToTry(own, input)
  const complete = hasScheme(settings)
    ? ((await withFetchedKeys(parts, settings, capture)).settings ?? settings)
    : settings
  const at = capture.receivedAt
  const isQuick = (request: SignedRequest): boolean =>
    !causes || (hasScheme(complete) && isAccepted(complete, request, at))
  try {
    const found = await lookAt<Diagnosis>(parts, complete, capture, {
      here: async (request, signedUrl) =>
        isQuick(request)
          ? (await diagnosis()).diagnose({ settings: complete, request, signedUrl, tryCauses: false }, at)
          : undefined,
      async inThread(request, signedUrl) {
        const others =
          causes && maySeeKeptSecrets(own, settings ?? {})
            ? secretsOfOthers(await store.endpoints(), capture.endpoint)
            : []
        const fitted = causes && isOwn(input) ? await fittedOf(store, capture, complete) : undefined
        return checker.diagnose(
          { input: { settings: complete, signedUrl, others, fitted, tryCauses: causes }, request, at },
          signal,
        )
      },
    })
    if (found === undefined) throw gone(capture.id)
    return found
  } catch (error) {
    if (error instanceof GivenUp) log('A diagnosis was given up.', { capture: capture.id, error: causeOf(error) })
    throw error
  }
}

/** Its many variants are loaded when somebody asks, so that the start does not wait for them. */
const diagnosis = () => import('../signatures/diagnose.ts')

function isAccepted(settings: SigningSettings, request: SignedRequest, at: number): boolean {
  if (definitionOf(settings) === undefined) return false
  const { kind, freshness } = verdictOf(settings, request, at)
  return kind === 'valid' && (freshness === undefined || freshness === 'fresh')
}

/** Whether it is asked about the endpoint's settings as they are. */
const isOwn = ({ causes: _, ...tried }: DiagnoseInput): boolean =>
  Object.values(tried).every((value) => value === undefined)

/** Captures that are looked at for whether the secret is right. */
const LOOKED_AT = 100

/** How many of the endpoint's newest other captures fit these settings. Undefined while they are checked anew, or with nothing set. */
async function fittedOf(
  store: Store,
  { id, endpoint, seq }: Capture,
  settings: SettingsToTry | undefined,
): Promise<Fitted | undefined> {
  const definition = hasScheme(settings) ? definitionOf(settings) : undefined
  if (settings === undefined || definition === undefined) return undefined
  if (store.toRecheck().some((each) => each.id === endpoint)) return undefined
  const keys = new Set(compile(definition, settings).keys.map(({ secretId }) => secretId))
  const { captures } = await store.captures({ endpoint, limit: LOOKED_AT })
  const others = captures.filter((other) => other.id !== id)
  const fitting = others.filter(
    ({ verdict: { kind, scheme, secretId } }) =>
      kind === 'valid' && scheme === settings.scheme && secretId !== undefined && keys.has(secretId),
  )
  return { count: fitting.length, of: others.length, later: fitting.some((other) => other.seq > seq) }
}

/** By the names that people know the endpoints by. */
function secretsOfOthers(endpoints: EndpointRecord[], self: string): { name: string; secrets: string[] }[] {
  return endpoints.flatMap(({ id, alias, name, signing }) =>
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
