/** Values that look like a time, and in which unit. */
import { readTimestamp, type Stamp } from '../timestamp.ts'

/** Ten digits of seconds are the years 2001 to 2286, and thirteen of milliseconds the same years. */
export function unitOf(text: string): Stamp['unit'] | undefined {
  if (/^\d{10}$/.test(text)) return 's'
  if (/^\d{13}$/.test(text)) return 'ms'
  return readTimestamp(text, 'iso') === undefined ? undefined : 'iso'
}

export function looksLikeTime(text: string): boolean {
  return unitOf(text) !== undefined
}
