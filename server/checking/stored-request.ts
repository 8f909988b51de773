/**
 * A stored capture as a request to look at, and where it is looked at: light ones here, heavy ones in the thread, so that neither senders
 * nor the page wait.
 */
import type { Capture } from '../../shared/capture.ts'
import type { SignedUrl } from '../../shared/diagnosis.ts'
import type { SettingsToTry } from '../signatures/diagnose.ts'
import type { SigningSettings } from '../signatures/endpoint-check.ts'
import { isHeavy, takesLong } from '../signatures/findings.ts'
import { lazyJson } from '../signatures/json-body.ts'
import type { SignedRequest } from '../signatures/request.ts'
import { signedUrlOf } from '../signatures/signed-url.ts'
import type { Store } from '../store/store.ts'
import { GivenUp } from './given-up.ts'
import type { ToldRequest } from './thread.ts'

export interface Looking {
  readonly store: Store
  /** The public address of the capture listener, where the user has named one. */
  readonly publicUrl: string | undefined
}

export interface Look<T> {
  /** For what does not take long. Undefined where it takes too long here all the same: then it is done in the thread. */
  readonly here: (request: SignedRequest, signedUrl: SignedUrl) => T | undefined | Promise<T | undefined>
  /** The body's memory goes along with the request. */
  readonly inThread: (request: ToldRequest, signedUrl: SignedUrl) => Promise<T>
}

/**
 * @param settings what it is looked at with: they say which URL was signed, and how long it takes
 * @returns undefined where the capture is gone
 * @throws GivenUp where the look itself fails, here or there; AppError where the store cannot be read, and what `inThread` throws
 */
export async function lookAt<T>(
  { store, publicUrl: publicBase }: Looking,
  settings: SettingsToTry | undefined,
  { id, method, target, headers: pairs }: Pick<Capture, 'id' | 'method' | 'target' | 'headers'>,
  { here, inThread }: Look<T>,
): Promise<T | undefined> {
  const content = await store.body(id) // anew each time: the thread takes it along
  if (content === undefined) return undefined
  const headers = pairs.flat()
  const signedUrl = signedUrlOf({ target, headers }, settings?.publicUrl, publicBase)
  const request = { method, target, headers, url: signedUrl.url, body: content.bytes }
  const isLong = isHeavy(request.body.length) || (hasScheme(settings) && takesLong(settings, request))
  const found = isLong
    ? undefined
    : await guarded(async () => here({ ...request, json: lazyJson(request.body) }, signedUrl))
  return found ?? inThread(request, signedUrl)
}

export const hasScheme = (settings: SettingsToTry | undefined): settings is SigningSettings =>
  settings?.scheme !== undefined

/** Whatever a stranger's request brings about is told as the thread tells it. Of the error only its name: its message may quote the request. */
async function guarded<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    throw new GivenUp('Checking this failed.', { cause: error instanceof Error ? error.name : 'unknown' })
  }
}
