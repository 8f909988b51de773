/**
 * Which targets a request may go to. A capture inspector that sends on command is a way into whatever network it stands in, so the
 * decision is made about the address that is connected, not about the name that was typed: inside `lookup`, whose answer is what
 * gets connected, and here for literal addresses, for which Node never calls `lookup`.
 */
import dns from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { AppError } from '../../shared/errors.ts'
import { bytesOf, covers, judgeAddress, type Range, rangeOf } from './addresses.ts'

/** One entry of `--allow-target`: a host name, an address or a block of addresses, and a port where it is only one. */
export interface AllowedTarget {
  readonly text: string
  readonly host: string | undefined
  readonly range: Range | undefined
  readonly port: number | undefined
}

export type Resolve = (host: string) => Promise<readonly dns.LookupAddress[]>

export interface TargetPolicy {
  /** The inspector listens on loopback only: loopback and private targets are allowed. Otherwise public ones only. */
  readonly local: boolean
  readonly allowed: readonly AllowedTarget[]
  /** Our own listeners as bound (`0.0.0.0` and `::` included). A capture sent to them would be captured again; no entry opens them. */
  readonly ownPorts: readonly { readonly address: string; readonly port: number }[]
  /** Names to addresses; the system's resolver where left out. */
  readonly resolve?: Resolve
}

/**
 * The URL of a target that may be tried. Names are judged again by `vettedLookup`, when their addresses are known.
 * @throws AppError `invalid_input` for what is no http or https URL, `forbidden_target` for what the policy refuses.
 */
export function checkTarget(text: string, policy: TargetPolicy): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new AppError('invalid_input', `${JSON.stringify(text)} is not an http or https URL.`, {
      hint: 'A target is given whole, for example http://localhost:3000/webhooks.',
      issues: [{ path: 'target', message: 'Not an http or https URL.' }],
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid_input', 'A target carries no user name or password.', {
      hint: 'Send them in an Authorization header.',
      issues: [{ path: 'target', message: 'A user name or password before the @.' }],
    })
  }
  const host = hostOf(url)
  const port = portOf(url)
  if (isIP(host) !== 0) {
    const refused = refusal(host, undefined, port, policy)
    if (refused !== undefined) throw refused
  } else if (METADATA_HOSTS.has(host) && !allowsName(policy, host, port)) {
    throw forbidden(`${host} is a cloud metadata service.`, hintToAllow(host, port))
  }
  return url
}

/**
 * A `lookup` for one connection: it hands over only addresses that the policy allows on this port, so a resolver that answers
 * differently the second time gains nothing. Fails with AppError `forbidden_target` where none is left.
 */
export function vettedLookup(policy: TargetPolicy, port: number): LookupFunction {
  return (hostname, options, callback) => {
    const name = bareName(hostname)
    const wanted =
      options.family === 4 || options.family === 'IPv4' ? 4 : options.family === 6 || options.family === 'IPv6' ? 6 : 0
    vetted(name, port, policy)
      .then((found) => {
        const usable = wanted === 0 ? found : found.filter(({ family }) => family === wanted)
        const [first] = usable
        if (first === undefined) throw Object.assign(new Error(`${name} has no address.`), { code: 'ENOTFOUND' })
        if (options.all === true) callback(null, [...usable])
        else callback(null, first.address, first.family)
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, ''))
  }
}

/**
 * `host|cidr[:port]`, an IPv6 address with a port in brackets.
 * @throws AppError `invalid_input`
 */
export function parseAllowedTarget(text: string): AllowedTarget {
  const entry = text.trim()
  const whole = rangeOf(entry) // before a port is looked for, because `fd00::1` ends like one
  if (whole !== undefined) return { text: entry, host: undefined, range: whole, port: undefined }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  const subject = bracketed ?? plain ?? ''
  const range = rangeOf(subject)
  const named = bracketed === undefined && HOST.test(subject) && !/(^|\.)\d+\.?$/.test(subject)
  if ((range === undefined && !named) || (port !== undefined && (port < 1 || port > 65535))) {
    throw new AppError('invalid_input', `${JSON.stringify(text)} is not a target that can be allowed.`, {
      hint: 'Give a host name, an address or a block such as 10.0.0.0/8, and a port if it is only one: app.internal:8080, [fd00::1]:3000.',
    })
  }
  return { text: entry, host: range === undefined ? bareName(subject) : undefined, range, port }
}

/** Nothing but this host and port, even if they are our own: for requests that Hookwell sends to itself. Never built from what a user typed. */
export function onlyTarget(url: URL): TargetPolicy {
  return { local: false, allowed: [parseAllowedTarget(`${url.hostname}:${portOf(url)}`)], ownPorts: [] }
}

/** Without the brackets of an IPv6 address and without the dots at the end of a name. */
export const hostOf = (url: URL): string => bareName(url.hostname.replace(/^\[|\]$/g, ''))

export const portOf = (url: URL): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)

const HOST = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i

const METADATA_HOSTS = new Set(['metadata.google.internal', 'metadata.goog'])

/** Both, because a dev server listens on whichever its runtime resolved first. */
const LOCALHOST: readonly dns.LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

const bareName = (host: string): string => host.toLowerCase().replace(/\.+$/, '')

async function vetted(name: string, port: number, policy: TargetPolicy): Promise<dns.LookupAddress[]> {
  // RFC 6761 §6.3: these names are the loopback and are not asked for, so that no resolver can say otherwise.
  const isLocalhost = name === 'localhost' || name.endsWith('.localhost')
  const found = isLocalhost ? LOCALHOST : await (policy.resolve ?? resolveBySystem)(name)
  const refusals = found.map(({ address }) => refusal(address, name, port, policy))
  const first = refusals.find((refused) => refused !== undefined)
  const left = found.filter((_, i) => refusals[i] === undefined)
  if (left.length === 0 && first !== undefined) throw first
  return left
}

const resolveBySystem: Resolve = (host) => dns.promises.lookup(host, { all: true })

/** @param name the host name that led to the address, if it was not given as it is */
function refusal(address: string, name: string | undefined, port: number, policy: TargetPolicy): AppError | undefined {
  const shown = name === undefined ? address : `${name} (${address})`
  if (policy.ownPorts.some((own) => own.port === port && leadsTo(own.address, address))) {
    return forbidden(`${shown} on port ${port} is Hookwell itself.`, 'Give the address of the app you are building.')
  }
  const { reach, name: kind } = judgeAddress(address)
  if (reach === 'public') return undefined
  if (reach === 'never') return forbidden(`${shown} is ${kind}. Hookwell never sends there.`, undefined)
  if (reach === 'named') {
    if (allowsAddress(policy, address, port, true)) return undefined
    return forbidden(`${shown} is ${kind}.`, hintToAllow(address, port))
  }
  if (policy.local || allowsAddress(policy, address, port, false)) return undefined
  if (name !== undefined && allowsName(policy, name, port)) return undefined
  return forbidden(
    `${shown} is ${kind}, and this inspector can be reached from other machines.`,
    hintToAllow(name ?? address, port),
  )
}

const forbidden = (detail: string, hint: string | undefined): AppError =>
  new AppError('forbidden_target', detail, hint === undefined ? {} : { hint })

const hintToAllow = (host: string, port: number): string =>
  `Start Hookwell with --allow-target ${host.includes(':') ? `[${host}]` : host}:${port} if it is meant to be reached.`

const allowsName = (policy: TargetPolicy, name: string, port: number): boolean =>
  policy.allowed.some((entry) => entry.host === name && (entry.port === undefined || entry.port === port))

/** @param exactly only an entry for this one address counts: a wide block is not meant to open the metadata service inside it */
function allowsAddress(policy: TargetPolicy, address: string, port: number, exactly: boolean): boolean {
  const bytes = bytesOf(address)
  return policy.allowed.some(
    ({ range, port: only }) =>
      bytes !== undefined &&
      range !== undefined &&
      (only === undefined || only === port) &&
      (!exactly || range.bits === range.bytes.length * 8) &&
      covers(range, bytes),
  )
}

/** Whether a connection to `address` ends at a listener that is bound to `bound`. */
function leadsTo(bound: string, address: string): boolean {
  const isAny = bound === '0.0.0.0' || bound === '::'
  if (judgeAddress(address).reach === 'loopback') return isAny || judgeAddress(bound).reach === 'loopback'
  const bytes = bytesOf(address)
  const equal = (other: string) =>
    bytes !== undefined && Buffer.compare(bytes, bytesOf(other) ?? new Uint8Array()) === 0
  if (!isAny) return equal(bound)
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some((own) => equal(own.address)))
}
