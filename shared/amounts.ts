/** Spans and sizes as people write them, turned into numbers. Without the validator, so that the page can use it. */

const SPAN_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_UNITS = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** Milliseconds of `90s`, `30m`, `12h` or `30d`; undefined for anything else, and for a span of nothing. */
export function spanMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,15}(?:\.\d+)?)(s|m|h|d)$/.exec(text.trim()) ?? []
  if (amount === undefined || unit === undefined) return undefined
  return Math.round(Number(amount) * SPAN_UNITS[unit as keyof typeof SPAN_UNITS]) || undefined // the pattern names these units only
}

/** Bytes of `25mb`, `200kb`, `2gb` or a plain number; 1 kb is 1024 bytes. Undefined for anything else, and for less than one byte. */
export function sizeBytes(text: string): number | undefined {
  const [, amount, unit = 'b'] = /^(\d{1,15}(?:\.\d+)?)(b|kb|mb|gb)?$/i.exec(text.trim()) ?? []
  if (amount === undefined) return undefined
  return Math.round(Number(amount) * SIZE_UNITS[unit.toLowerCase() as keyof typeof SIZE_UNITS]) || undefined // as above
}
