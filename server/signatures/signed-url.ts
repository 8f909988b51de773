/**
 * The URL that the sender signed. Schemes such as Square's sign the address they were given, which the listener cannot know behind a
 * tunnel: the endpoint's public URL says it, else the server's, else what a proxy or the sender itself put into the headers.
 */
import type { SignedUrl } from '../../shared/diagnosis.ts'
import { belowEndpoint, withoutAuthority } from '../../shared/target.ts'
import { headerValuesOf } from './request.ts'

interface Arrived {
  readonly target: string
  readonly headers: readonly string[]
}

export function signedUrl(request: Arrived, publicUrl: string | undefined, publicBase: string | undefined): string {
  return signedUrlOf(request, publicUrl, publicBase).url
}

/**
 * The same, with what it was taken from.
 * @param publicUrl of the endpoint: its address from outside. What stands below it in the target is put behind it, unless it is there already
 * @param publicBase of the capture listener, without a slash at the end, where the user has named one
 */
export function signedUrlOf(
  request: Arrived,
  publicUrl: string | undefined,
  publicBase: string | undefined,
): SignedUrl {
  if (publicUrl !== undefined) {
    const below = belowEndpoint(request.target)
    return { url: below !== '' && publicUrl.endsWith(below) ? publicUrl : publicUrl + below, from: 'endpoint' }
  }
  const path = withoutAuthority(request.target)
  if (publicBase !== undefined) return { url: publicBase + path, from: 'server' }
  const first = (name: string): string | undefined => headerValuesOf(request.headers, name)[0]
  const told = { host: firstOf(first('x-forwarded-host')), proto: firstOf(first('x-forwarded-proto')) }
  const standard = told.host === undefined || told.proto === undefined ? forwarded(first('forwarded')) : undefined
  const host = told.host ?? standard?.host
  const proto = told.proto ?? standard?.proto
  return {
    url: `${proto?.toLowerCase() ?? 'http'}://${host ?? firstOf(first('host')) ?? ''}${path}`,
    from: host === undefined && proto === undefined ? 'host' : 'forwarded',
  }
}

/** Each proxy adds its own behind a comma, so the first is what the sender asked for. */
const firstOf = (value: string | undefined): string | undefined => value?.split(',', 1)[0]?.trim()

/** RFC 7239 §4: `host` and `proto` of the first element. Names are case-insensitive, values may be quoted. */
function forwarded(value: string | undefined): { host?: string; proto?: string } {
  const found: { host?: string; proto?: string } = {}
  if (value === undefined) return found
  for (const [whole, name = '', quoted, plain] of value.matchAll(PARAMETER)) {
    if (whole === ',') break
    const text = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1')
    const lower = name.toLowerCase()
    if (text && (lower === 'host' || lower === 'proto')) found[lower] ??= text
  }
  return found
}

/** `name=value`, `name="value"`, or the comma before the next proxy's. What does not fit is passed over. */
const PARAMETER = /,|([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/g
