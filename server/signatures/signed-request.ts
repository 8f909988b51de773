/** What arrived, as the check looks at it: with the URL that its sender signed, and the body as JSON for whoever asks. */
import type { SigningSettings } from './endpoint-check.ts'
import { lazyJson } from './json-body.ts'
import type { SignedRequest } from './request.ts'
import { signedUrl } from './signed-url.ts'

/**
 * @param signing without any nothing is checked, and the URL stays empty: finding it out costs each request a look through its headers
 * @param publicBase of the capture listener, without a slash at the end, where the user has named one
 */
export function signedRequestOf(
  signing: Pick<SigningSettings, 'publicUrl'> | undefined,
  arrived: Pick<SignedRequest, 'method' | 'target' | 'headers' | 'body'>,
  publicBase: string | undefined,
): SignedRequest {
  const { method, target, headers, body } = arrived
  const url = signing === undefined ? '' : signedUrl(arrived, signing.publicUrl, publicBase)
  return { method, url, target, headers, body, json: lazyJson(body) }
}
