/** When a request says it was signed: read strictly, judged against a given now, written in the provider's unit. */
import type { Scheme } from '../../shared/scheme.ts'

export type Stamp = NonNullable<Scheme['ts']>
export type Freshness = 'fresh' | 'stale' | 'future'

/** RFC 3339, with as many digits of a second as the provider likes (Twitch sends nine). */
const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Unix milliseconds, or undefined when the text is not a moment in this unit. */
export function readTimestamp(text: string, unit: Stamp['unit']): number | undefined {
  if (unit === 'iso') {
    const match = RFC3339.exec(text)
    if (match === null) return undefined
    // Milliseconds only: engines differ in what they make of further digits.
    const at = Date.parse(`${match[1]}${(match[2] ?? '').slice(0, 4)}${match[3]}`)
    return Number.isNaN(at) ? undefined : at
  }
  // Without leading zeros: some libraries sign the number, which has none, and others the text.
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) return undefined
  return unit === 's' ? Number(text) * 1000 : Number(text)
}

/** Undefined where the scheme limits neither side. Whole seconds are compared as whole seconds, as the providers' libraries do. */
export function freshnessOf(at: number, nowMs: number, stamp: Stamp): Freshness | undefined {
  if (stamp.past === null && stamp.future === null) return undefined
  const now = stamp.unit === 's' ? Math.floor(nowMs / 1000) * 1000 : nowMs
  if (stamp.past !== null && now - at > stamp.past * 1000) return 'stale'
  if (stamp.future !== null && at - now > stamp.future * 1000) return 'future'
  return 'fresh'
}

export function writeTimestamp(nowMs: number, unit: Stamp['unit']): string {
  if (unit === 'iso') return new Date(nowMs).toISOString()
  return String(unit === 's' ? Math.floor(nowMs / 1000) : nowMs)
}

/** `41 minutes`, for sentences. Rounded to the nearest whole unit. */
export function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const [count, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7200
        ? [Math.round(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.round(seconds / 3600), 'hour']
          : [Math.round(seconds / 86_400), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
