/**
 * The URL that the sender signed. Schemes such as Square's sign the address they were given, which the listener cannot know behind a
 * tunnel: the endpoint's public URL says it, else the server's, else what a proxy or the sender itself put into the headers.
 */
import type { SignedUrl } from '../../shared/diagnosis.ts'
import { belowEndpoint, withoutAuthority } from '../../shared/target.ts'
import { headerValuesOf } from './request.ts'

/** The same without its origin. */
export function signedUrl(...where: Parameters<typeof signedUrlOf>): string {
  return signedUrlOf(...where).url
}

/**
 * @param publicUrl of the endpoint: its address from outside. What stands below it in the target is put behind it, unless it is there already
 * @param publicBase of the capture listener, without a slash at the end, where the user has named one
 */
export function signedUrlOf(
  request: { readonly target: string; readonly headers: readonly string[] },
  publicUrl: string | undefined,
  publicBase: string | undefined,
): SignedUrl {
  if (publicUrl !== undefined) {
    const below = belowEndpoint(request.target)
    return { url: below !== '' && publicUrl.endsWith(below) ? publicUrl : publicUrl + below, from: 'endpoint' }
  }
  const path = withoutAuthority(request.target)
  if (publicBase !== undefined) return { url: publicBase + path, from: 'server' }
  const first = (name: string): string | undefined => headerValuesOf(request.headers, name)[0]?.split(',', 1)[0]?.trim()
  const forwardedHost = first('x-forwarded-host')
  const forwardedProto = first('x-forwarded-proto')
  const from = forwardedHost === undefined && forwardedProto === undefined ? 'host' : 'forwarded'
  return { url: `${forwardedProto ?? 'http'}://${forwardedHost ?? first('host') ?? ''}${path}`, from }
}
