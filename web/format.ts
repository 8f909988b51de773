/** Sizes, spans, moments and counts as people read them. */

/** `1.2 kB`; 1 kB is 1024 bytes, as in the settings. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = count / 1024
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** `42 ms`, `1.2 s`, `2 min`. */
export function span(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}

/** `30 days`, `12 hours`: how long something is kept. */
export function lasting(ms: number): string {
  if (ms >= 2 * 86_400_000) return plural(Math.round(ms / 86_400_000), 'day')
  if (ms >= 2 * 3_600_000) return plural(Math.round(ms / 3_600_000), 'hour')
  return plural(Math.round(ms / 60_000), 'minute')
}

/** `12:04:11`, in the reader's zone. */
export function clock(at: number): string {
  return CLOCK.format(at)
}

/** `12:04:11.238`. */
export function clockMs(at: number): string {
  return `${CLOCK.format(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`
}

/** The clock for today, the day before it for all else. */
export function moment(at: number, now: number): string {
  return sameDay(at, now) ? clock(at) : `${DAY.format(at)} ${clock(at)}`
}

/** The whole truth, for tooltips and details: `2026-11-22 12:04:11.238 (UTC+01:00)`. */
export function exact(at: number): string {
  const date = new Date(at)
  const offset = -date.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const pad = (value: number) => String(Math.abs(Math.trunc(value))).padStart(2, '0')
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${clockMs(at)} (UTC${sign}${pad(offset / 60)}:${pad(offset % 60)})`
}

/** `5 s ago`, `3 min ago`. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 2) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** `1,204`. */
export function count(value: number): string {
  return COUNT.format(value)
}

/** `1 capture`, `1,204 captures`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const COUNT = new Intl.NumberFormat('en')

function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}
