/** A right signature at the wrong time: too old, from the future, or told in another unit than the scheme reads. */
import type { Cause } from '../../../shared/diagnosis.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import type { Explanation } from '../explain.ts'
import { inWords } from '../timestamp.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** @param now when the request arrived, in Unix milliseconds */
export function ageCause(
  { verdict, timestamp }: Explanation,
  row: Scheme,
  now: number,
  proven: boolean,
): Cause | undefined {
  const { freshness } = verdict
  const evidence =
    timestamp === undefined
      ? 'The time that stands in the token.'
      : `Signed ${moment(timestamp)}, arrived ${moment(now)}.`
  const unit = unitCause(timestamp, row, now)
  if (unit !== undefined && freshness !== undefined) return { ...unit, evidence, proven }
  if (freshness !== 'stale' && freshness !== 'future') return undefined
  const off = timestamp === undefined ? undefined : inWords(now - timestamp)
  const stale = freshness === 'stale'
  const allowed = (stale ? row.ts?.past : row.ts?.future) ?? undefined
  const limit = allowed === undefined ? '' : `, and ${inWords(allowed * 1000)} are allowed`
  const signed = proven ? 'It is rightly signed, but the' : 'The'
  return {
    id: freshness,
    title: stale ? 'The timestamp is too old' : 'The timestamp is in the future',
    detail:
      off === undefined
        ? `${signed} token is ${stale ? 'no longer' : 'not yet'} in force.`
        : `${signed} timestamp is ${off} ${stale ? 'old' : 'ahead'}${limit}.${timeZone(now - (timestamp ?? now))}`,
    remedy: stale
      ? 'Replay it with a new signature, or have the sender send it again; a delivery that is sent again unchanged keeps its old time.'
      : 'Set the clocks of both machines right.',
    evidence,
    proven,
  }
}

function unitCause(
  timestamp: number | undefined,
  row: Scheme,
  now: number,
): Pick<Cause, 'id' | 'title' | 'detail' | 'remedy'> | undefined {
  if (timestamp === undefined || row.ts === undefined || row.ts.unit === 'iso') return undefined
  const other = row.ts.unit === 's' ? timestamp / 1000 : timestamp * 1000
  if (Math.abs(now - other) > 30 * DAY || Math.abs(now - timestamp) < 365 * DAY) return undefined
  const [sent, read] = row.ts.unit === 's' ? ['milliseconds', 'seconds'] : ['seconds', 'milliseconds']
  return {
    id: 'timestamp_unit',
    title: 'The time has another unit',
    detail: `The sender tells the time in ${sent}, and this scheme reads it as ${read}, which gives a moment ${inWords(now - timestamp)} ${timestamp > now ? 'ahead' : 'ago'}.`,
    remedy:
      'Set the unit of the time in the scheme, or mend it at the sender: seconds have ten digits, milliseconds thirteen.',
  }
}

/** Off by whole hours to the minute: then no clock is wrong, but somebody took local time for UTC. */
function timeZone(off: number): string {
  const hours = Math.round(off / HOUR)
  if (hours === 0 || Math.abs(hours) > 14 || Math.abs(off - hours * HOUR) > 60_000) return ''
  return ' That is almost exactly a number of hours, as when local time was taken for UTC.'
}

function moment(at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? 'at no real time' : date.toISOString()
}
