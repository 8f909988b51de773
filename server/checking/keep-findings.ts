/** Checks a stored capture anew and writes down what was found out, unless that is of the past by then or of no use. */
import type { CaptureSummary, Verdict } from '../../shared/capture.ts'
import type { EndpointRecord } from '../store/store.ts'
import { checkStored, type StoredCheck } from './stored-check.ts'

/**
 * What failed for now only is looked at again later, and takes nobody's valid verdict away.
 * @param what all there is to find out, which is not to be asked again then; or the verdict only
 * @param signal once it aborts nothing is written: what failed then failed because of that
 * @returns false where the settings changed meanwhile, or the signal aborted; then nothing was written
 * @throws AppError where the store cannot be read or written, or the thread is being closed
 */
export async function findAndKeep(
  parts: StoredCheck,
  endpoint: EndpointRecord,
  { id, verdict: old }: CaptureSummary,
  what: 'all' | 'verdict',
  signal: AbortSignal,
): Promise<boolean> {
  const { store } = parts
  const found = await checkStored(parts, endpoint, id)
  if (signal.aborted || store.endpoint(endpoint.id)?.signing !== endpoint.signing) return false
  if (found === undefined) return true
  const { verdict, eventType, eventId, againAt } = found
  const event = what === 'all' ? { event: { type: eventType, id: eventId } } : {}
  if (againAt !== undefined) {
    const known = (await store.capture(id))?.verdict // `old` may be from before the key was asked for
    const kept = known !== undefined && stays(known, verdict) ? known : verdict
    await store.updateFindings(id, { verdict: kept, ...event, late: true, notBefore: againAt })
  } else if (what === 'all') await store.updateFindings(id, { verdict, ...event, late: false })
  else if (JSON.stringify(verdict) !== JSON.stringify(old)) await store.updateFindings(id, { verdict })
  return true
}

/** Of another scheme it says nothing about this one. */
const stays = (known: Verdict, { scheme }: Verdict): boolean => known.kind === 'valid' && known.scheme === scheme
