/** The verdict in plain sentences, for somebody who has never heard how webhooks are signed. */
import type { Capture, Verdict } from '../../shared/capture.ts'
import type { Signing } from '../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'

interface Judged {
  readonly verdict: Verdict
  /** How the provider is called; empty where no scheme is chosen. */
  readonly name: string
  readonly row: Scheme | undefined
  readonly signing: Signing | undefined
  /** Milliseconds by which the signature is older than its arrival; undefined where it names no time. */
  readonly ageMs: number | undefined
}

export function verdictSentence({ verdict, name, row, signing, ageMs }: Judged): string {
  switch (verdict.kind) {
    case 'valid': {
      const key = keyWords(verdict, row, signing)
      const proof =
        row?.alg === 'token'
          ? `It carries the right token${key}. A token says who sent it, but not that nothing was changed on the way.`
          : `${name === '' ? 'The sender' : name} signed exactly these bytes${key}.`
      return `${proof}${timeWords(verdict, name, ageMs)}`
    }
    case 'invalid':
      return `${verdict.reason ?? 'The signature does not belong to these bytes and this secret.'}${besides(verdict, ageMs)}`
    case 'missing':
      return verdict.reason ?? `${name} signs its requests, but this one carries no signature.`
    case 'unchecked':
      return verdict.reason ?? 'This endpoint has no scheme and secret yet, so nothing was checked.'
  }
}

function keyWords(verdict: Verdict, row: Scheme | undefined, signing: Signing | undefined): string {
  const secret = signing?.secrets.find((one) => one.id === verdict.secretId)
  const isToken = row?.alg === 'token'
  if (secret !== undefined && secret.last4 !== '')
    return isToken ? `, the one that ends in “${secret.last4}”` : ` with the secret that ends in “${secret.last4}”`
  const print = KEY_PRINT.exec(verdict.secretId ?? '')?.[1]
  return print === undefined ? '' : `, as the public key with the fingerprint ${print} shows`
}

/** How a verdict names a public key: by the beginning of its SHA-256. */
const KEY_PRINT = /^key:([0-9a-f]+)$/

function timeWords({ freshness }: Verdict, name: string, ageMs: number | undefined): string {
  if (freshness === 'stale') {
    const since = ageMs === undefined ? 'too long' : duration(ageMs)
    return ` It was signed ${since} before it arrived, more than ${name === '' ? 'the scheme' : name} allows: it was sent again later, or a clock is wrong.`
  }
  if (freshness === 'future') {
    const ahead = ageMs === undefined ? '' : ` ${duration(-ageMs)}`
    return ` Its timestamp lies${ahead} in the future: one of the clocks is wrong.`
  }
  if (ageMs === undefined) return ''
  if (-ageMs > YEAR_MS) return ' But the time it names lies far in the future.'
  if (Math.abs(ageMs) < 1000) return ' It arrived in the second it was signed.'
  return ageMs > 0
    ? ` It arrived ${duration(ageMs)} after it was signed.`
    : ` By the two clocks it arrived ${duration(-ageMs)} before it was signed.`
}

/** Further ahead no clock is wrong: the time is in another unit than the scheme says. */
const YEAR_MS = 365 * 86_400_000

/** What does not fit may say any time; it is worth a word only where it would be refused as well. */
function besides({ freshness }: Verdict, ageMs: number | undefined): string {
  if (ageMs === undefined) return ''
  if (freshness === 'stale') return ` Besides, the time it names is ${duration(ageMs)} before it arrived.`
  return freshness === 'future' ? ` Besides, the time it names is ${duration(-ageMs)} after it arrived.` : ''
}

/** `5 seconds`, `41 minutes`, `3 days`. */
export function duration(ms: number): string {
  const [size, unit] =
    ms < 120_000
      ? [1000, 'second']
      : ms < 7_200_000
        ? [60_000, 'minute']
        : ms < 172_800_000
          ? [3_600_000, 'hour']
          : [86_400_000, 'day']
  const count = Math.round(ms / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** How the scheme an id stands for is called, and its row. */
export function namedScheme(
  id: string | undefined,
  signing: Signing | undefined,
  schemes: readonly SchemeEntry[],
): { name: string; row: Scheme | undefined } {
  if (id === undefined) return { name: '', row: undefined }
  if (id === 'custom') return { name: 'The sender', row: signing?.custom }
  const entry = schemes.find((one) => one.id === id)
  return { name: entry?.name ?? id, row: entry?.row }
}

/** Milliseconds between the timestamp of the signature and its arrival, where the timestamp stands in a header. */
export function ageOf(row: Scheme | undefined, { headers, receivedAt }: Pick<Capture, 'headers' | 'receivedAt'>) {
  const { ts, sig } = row ?? {}
  if (ts === undefined || sig === undefined) return undefined
  const header = (name: string, aliases: readonly string[] = []) => {
    const wanted = [name, ...aliases].map((each) => each.toLowerCase())
    return headers.find(([each]) => wanted.includes(each.toLowerCase()))?.[1].trim()
  }
  if (ts.in === 'header') return since(header(ts.name, ts.aliases), ts.unit, receivedAt)
  if (ts.in === 'sigField' && sig.in === 'header' && sig.kv !== undefined) {
    const { kv, list } = sig
    const value = header(sig.name, sig.aliases)
    const element = (list === undefined ? [value ?? ''] : (value?.split(list) ?? []))
      .map((each) => each.trim())
      .find((each) => each.startsWith(`${ts.name}${kv}`))
    return since(element?.slice(ts.name.length + kv.length), ts.unit, receivedAt)
  }
  return undefined
}

function since(text: string | undefined, unit: 's' | 'ms' | 'iso', receivedAt: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const at = unit === 'iso' ? Date.parse(text) : Number(text) * (unit === 's' ? 1000 : 1)
  return Number.isFinite(at) ? receivedAt - at : undefined
}
