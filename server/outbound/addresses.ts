/**
 * What kind of place an IP address is. Kept apart from the policy, because "which ranges are special" is a table that
 * registries decide, and "who may be reached" is a choice of ours.
 *
 * Sources: the IANA special-purpose address registries, and what the cloud providers document for their metadata services.
 */
import { isIP, isIPv4 } from 'node:net'

/**
 * `named`: reached only where somebody allowed exactly this address; `never`: no entry opens it, because nobody's app lives there.
 */
export type Reach = 'public' | 'private' | 'loopback' | 'named' | 'never'

export interface Judged {
  readonly reach: Reach
  /** Completes the sentence "10.0.0.1 is …". */
  readonly name: string
}

/** A block of addresses; 4 bytes for IPv4, 16 for IPv6. */
export interface Range {
  readonly bytes: Uint8Array
  readonly bits: number
}

/** The strictest thing that can be said of the address and of any IPv4 address inside it. */
export function judgeAddress(address: string): Judged {
  const bytes = bytesOf(address)
  return bytes === undefined ? { reach: 'never', name: 'not an address that Hookwell understands' } : judge(bytes)
}

/**
 * The bytes of an address in any spelling that a resolver gives, without its zone. An IPv4 address in IPv6 clothes (`::ffff:1.2.3.4`) is
 * the IPv4 address: the kernel connects to just that.
 */
export function bytesOf(address: string): Uint8Array | undefined {
  const bare = address.replace(/%.*$/, '')
  if (isIPv4(bare)) return Uint8Array.from(bare.split('.'), Number)
  if (isIP(bare) === 0) return undefined
  const bytes = bytesOfIPv6(new URL(`http://[${bare}]/`).hostname.slice(1, -1))
  return covers(MAPPED, bytes) ? bytes.slice(12) : bytes
}

export function covers(range: Range, bytes: Uint8Array): boolean {
  if (range.bytes.length !== bytes.length) return false
  for (let bit = 0; bit < range.bits; bit += 8) {
    const mask = 0xff00 >> Math.min(8, range.bits - bit)
    if ((((range.bytes[bit / 8] as number) ^ (bytes[bit / 8] as number)) & mask & 0xff) !== 0) return false
  }
  return true
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address; undefined for anything else. */
export function rangeOf(text: string): Range | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const bytes = address.includes('%') ? undefined : bytesOf(address)
  if (bytes === undefined || rest.length > 0) return undefined
  if (bits === undefined) return { bytes, bits: bytes.length * 8 }
  // A mapped address has lost 96 bits on its way through `bytesOf`; its prefix length has to lose them too.
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) - (address.includes(':') && bytes.length === 4 ? 96 : 0) : -1
  return length < 0 || length > bytes.length * 8 ? undefined : { bytes, bits: length }
}

function judge(bytes: Uint8Array): Judged {
  const own = judgeByTable(bytes)
  const inner = carriedIn(bytes).map(judgeByTable)
  // No gateway has a reason to translate to its own loopback or to its own cloud's metadata.
  const worst = inner.find(({ reach }) => reach === 'loopback' || reach === 'named' || reach === 'never')
  if (worst !== undefined) return { reach: 'never', name: `an IPv6 form of ${worst.name}` }
  const closer = inner.find(({ reach }) => reach === 'private')
  return own.reach === 'public' && closer !== undefined
    ? { reach: 'private', name: `an IPv6 form of ${closer.name}` }
    : own
}

function judgeByTable(bytes: Uint8Array): Judged {
  const row = TABLE.find(({ range }) => covers(range, bytes))
  return row ?? { reach: 'public', name: 'a public address' }
}

/** The IPv4 addresses that an IPv6 address asks somebody on the way to connect to. */
function carriedIn(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 4 || covers(UNSPECIFIED, bytes) || covers(LOOPBACK, bytes)) return []
  const last = bytes.slice(12)
  if (covers(COMPATIBLE, bytes) || covers(NAT64, bytes)) return [last]
  // RFC 6052 §2.2: behind a prefix of 48 bits the address goes around byte 8; gateways with a prefix of 96 bits put it last;
  // which one it is cannot be seen from here.
  if (covers(NAT64_LOCAL, bytes)) {
    const around = Uint8Array.of(...bytes.slice(6, 8), ...bytes.slice(9, 11))
    return [last, around].filter((inner) => inner.some((byte) => byte !== 0))
  }
  if (covers(SIX_TO_FOUR, bytes)) return [bytes.slice(2, 6)]
  // RFC 4380 §4: the server as it is, the client with every bit flipped.
  if (covers(TEREDO, bytes)) return [bytes.slice(4, 8), last.map((byte) => byte ^ 0xff)]
  return []
}

/** From the canonical spelling that `URL` gives: lower-case groups, one `::` at most, no dotted part. */
function bytesOfIPv6(canonical: string): Uint8Array {
  const [head = '', tail] = canonical.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const middle = new Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...middle, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

function block(text: string): Range {
  const [address = '', bits = ''] = text.split('/')
  const bytes = isIPv4(address)
    ? Uint8Array.from(address.split('.'), Number)
    : bytesOfIPv6(new URL(`http://[${address}]/`).hostname.slice(1, -1))
  return { bytes, bits: Number(bits) }
}

const MAPPED = block('::ffff:0:0/96')
const UNSPECIFIED = block('::/128')
const LOOPBACK = block('::1/128')
const COMPATIBLE = block('::/96')
const NAT64 = block('64:ff9b::/96')
const NAT64_LOCAL = block('64:ff9b:1::/48')
const SIX_TO_FOUR = block('2002::/16')
const TEREDO = block('2001::/32')

const row = (range: string, reach: Reach, name: string) => ({ range: block(range), reach, name })

/** The first row that covers an address decides, so the narrow ones stand above the wide. */
const TABLE: readonly (Judged & { readonly range: Range })[] = [
  row('169.254.169.254/32', 'named', 'a cloud metadata address'),
  row('100.100.100.200/32', 'named', 'a cloud metadata address'), // Alibaba Cloud
  row('168.63.129.16/32', 'named', 'a cloud metadata address'), // Azure's wire server, in public space
  row('192.0.0.192/32', 'named', 'a cloud metadata address'), // Oracle Cloud
  row('0.0.0.0/8', 'never', 'the unspecified address'), // Linux connects 0.0.0.0 to itself
  row('127.0.0.0/8', 'loopback', 'a loopback address'),
  row('10.0.0.0/8', 'private', 'a private address'),
  row('172.16.0.0/12', 'private', 'a private address'),
  row('192.168.0.0/16', 'private', 'a private address'),
  row('100.64.0.0/10', 'private', 'an address shared by customers of one provider'),
  row('198.18.0.0/15', 'private', 'a benchmarking address'), // local proxies answer name look-ups from here
  row('169.254.0.0/16', 'named', 'a link-local address'),
  row('192.0.0.0/24', 'named', 'a reserved address'),
  row('192.0.2.0/24', 'named', 'an address for documentation'),
  row('198.51.100.0/24', 'named', 'an address for documentation'),
  row('203.0.113.0/24', 'named', 'an address for documentation'),
  row('192.88.99.0/24', 'named', 'a reserved address'),
  row('224.0.0.0/4', 'never', 'a multicast address'),
  row('255.255.255.255/32', 'never', 'the broadcast address'),
  row('240.0.0.0/4', 'named', 'a reserved address'),
  row('0.0.0.0/0', 'public', 'a public address'),
  row('::/128', 'never', 'the unspecified address'),
  row('::1/128', 'loopback', 'a loopback address'),
  row('::/96', 'public', 'an IPv4-compatible address'), // judged by the IPv4 address inside
  row('64:ff9b::/96', 'public', 'a translated address'),
  row('64:ff9b:1::/48', 'private', 'a translated address'),
  row('fd00:ec2::/32', 'named', 'a cloud metadata address'), // AWS
  row('fd20:ce::254/128', 'named', 'a cloud metadata address'), // Google Cloud
  row('fc00::/7', 'private', 'a private address'),
  row('fe80::/10', 'named', 'a link-local address'),
  row('fec0::/10', 'named', 'a reserved address'),
  row('ff00::/8', 'never', 'a multicast address'),
  row('2001::/32', 'public', 'a Teredo address'),
  row('2001:db8::/32', 'named', 'an address for documentation'),
  row('3fff::/20', 'named', 'an address for documentation'),
  row('2001::/23', 'named', 'a reserved address'),
  row('2000::/3', 'public', 'a public address'),
  row('::/0', 'named', 'a reserved address'), // outside 2000::/3 nothing else is routed
]
