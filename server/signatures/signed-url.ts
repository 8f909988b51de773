/**
 * The URL that the sender signed. Schemes such as Square's sign the address they were given, which the listener cannot know behind a
 * tunnel: the endpoint's public URL says it, else the server's, else what a proxy or the sender itself put into the headers.
 */
import { belowEndpoint, withoutAuthority } from '../../shared/target.ts'
import { headerValuesOf } from './request.ts'

/**
 * @param publicUrl of the endpoint: its address from outside. What stands below it in the target is put behind it, unless it is there already
 * @param publicBase of the capture listener, without a slash at the end, where the user has named one
 */
export function signedUrl(
  request: { readonly target: string; readonly headers: readonly string[] },
  publicUrl: string | undefined,
  publicBase: string | undefined,
): string {
  if (publicUrl !== undefined) {
    const below = belowEndpoint(request.target)
    return below !== '' && publicUrl.endsWith(below) ? publicUrl : publicUrl + below
  }
  const path = withoutAuthority(request.target)
  if (publicBase !== undefined) return publicBase + path
  const first = (name: string): string | undefined => headerValuesOf(request.headers, name)[0]?.split(',', 1)[0]?.trim()
  const host = first('x-forwarded-host') ?? first('host') ?? ''
  return `${first('x-forwarded-proto') ?? 'http'}://${host}${path}`
}
