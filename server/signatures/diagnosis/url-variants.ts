/**
 * The URLs that a sender may have signed: behind a tunnel or a proxy it knows another scheme, host, port or path than the one that
 * arrives here.
 */
import type { SignedUrl } from '../../../shared/diagnosis.ts'
import { belowEndpoint, withoutAuthority } from '../../../shared/target.ts'
import { headerValuesOf, type SignedRequest } from '../request.ts'

/** URLs tried. All combinations of what requests say are some hundred. */
const TRIED = 240

/** Hosts and paths that are combined: a request that names many must not cost more. */
const EACH_TRIED = 10

/** Those with the fewest differences from the URL that was used come first. */
export function urlVariants(request: SignedRequest, signedUrl: SignedUrl | undefined): string[] {
  const used = split(request.url)
  const first = (name: string): string | undefined => headerValuesOf(request.headers, name)[0]?.split(',', 1)[0]?.trim()
  const forwarded = /(?:^|[;,\s])host="?([^";,\s]+)/i.exec(headerValuesOf(request.headers, 'forwarded')[0] ?? '')?.[1]
  const configured = signedUrl === undefined ? undefined : split(signedUrl.url)
  const hosts = some(
    used.host,
    first('host'),
    first('x-forwarded-host'),
    forwarded,
    first('x-original-host'),
    configured?.host,
    first('x-forwarded-server'),
  ).flatMap((host) => some(host, bare(host)))
  const target = split(withoutAuthority(request.target))
  const below = split(belowEndpoint(request.target))
  const prefix = first('x-forwarded-prefix') ?? ''
  const original = first('x-original-uri') ?? first('x-original-url') ?? first('x-rewrite-url')
  const paths = some(
    used.path,
    target.path,
    below.path || '/',
    below.path,
    prefix === '' ? undefined : prefix + target.path,
    original === undefined ? undefined : split(withoutAuthority(original)).path,
  ).flatMap((path) => some(path, path.endsWith('/') ? path.slice(0, -1) : `${path}/`))
  const queries = some(used.query, target.query, '', decodedOnce(target.query), encodedSpaces(target.query))
  const schemes = some(used.scheme, 'https', 'http', first('x-forwarded-proto'))

  const found: { url: string; steps: number }[] = []
  for (const [s, scheme] of schemes.entries())
    for (const [h, host] of hosts.slice(0, EACH_TRIED).entries())
      for (const [p, path] of paths.slice(0, EACH_TRIED).entries())
        for (const [q, query] of queries.entries())
          for (const port of ports(scheme, host))
            found.push({
              url: `${scheme}://${host}${port}${path}${query}`,
              steps: sign(s) + sign(h) + sign(p) + sign(q) + sign(port.length),
            })
  found.sort((a, b) => a.steps - b.steps)
  return [...new Set(found.map(({ url }) => url))].filter((url) => url !== request.url).slice(0, TRIED)
}

/** Only those of another protocol or host, which is what tunnels and proxies change: few enough to be tried with everything else. */
export function otherAddresses(request: SignedRequest, signedUrl: SignedUrl | undefined): string[] {
  const used = split(request.url)
  return urlVariants(request, signedUrl).filter((url) => {
    const { host, path, query } = split(url)
    return path === used.path && query === used.query && (host === used.host || host === bare(host))
  })
}

/** What is different about the URL that was signed, in words: `https instead of http`. */
export function differenceOfUrls(signed: string, used: string): string {
  const a = split(signed)
  const b = split(used)
  const said: string[] = []
  if (a.scheme !== b.scheme) said.push(`${a.scheme} instead of ${b.scheme || 'nothing'}`)
  if (bare(a.host) !== bare(b.host)) said.push('another host')
  else if (a.host !== b.host) said.push(a.host === bare(a.host) ? 'no port' : 'a port')
  if (a.path !== b.path)
    said.push(
      a.path === `${b.path}/` ? 'a slash at the end' : `${a.path}/` === b.path ? 'no slash at the end' : 'another path',
    )
  if (a.query !== b.query) {
    const lost = namesIn(a.query).filter((name) => !namesIn(b.query).includes(name))
    if (lost.length > 0 && b.query !== '' && a.query.startsWith(b.query))
      said.push(`with the parameter ${lost.join(', ')}`)
    else said.push(a.query === '' ? 'no query' : b.query === '' ? `a query with ${lost.join(', ')}` : 'another query')
  }
  return said.join(', ')
}

function namesIn(query: string): string[] {
  const names = query
    .slice(1)
    .split('&')
    .map((pair) => pair.replace(/=.*$/s, '').slice(0, 40))
  return [...new Set(names)].filter((name) => name !== '').slice(0, 3)
}

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly path: string
  /** With its question mark, or empty. */
  readonly query: string
}

/** By pattern: `new URL` would tidy what must be signed as it stands. */
function split(url: string): Parts {
  const [, scheme = '', host = '', path = '', query = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?/i.exec(url) ?? []
  return { scheme, host, path, query }
}

function bare(host: string): string {
  return host.replace(/:\d+$/, '')
}

function ports(scheme: string, host: string): string[] {
  return /:\d+$/.test(host) ? [''] : ['', scheme === 'https' ? ':443' : ':80']
}

function some(...values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))]
}

function decodedOnce(query: string): string | undefined {
  try {
    return decodeURIComponent(query)
  } catch {
    return undefined // an escape that is none: then nobody decoded it
  }
}

function encodedSpaces(query: string): string {
  return query.replaceAll('+', '%20')
}

function sign(value: number): number {
  return value === 0 ? 0 : 1
}
