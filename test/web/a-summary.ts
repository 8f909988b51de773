/** A capture's summary for tests of the page: what is not said is ordinary. */
import type { CaptureSummary } from '../../shared/capture.ts'

export function aSummary(said: Partial<CaptureSummary> & { seq: number }): CaptureSummary {
  return {
    id: `c${said.seq}`,
    endpoint: 'e1',
    receivedAt: 1_700_000_000_000 + said.seq,
    method: 'POST',
    target: '/e1',
    bodySize: 2,
    attempt: 1,
    verdict: { kind: 'unchecked' },
    answered: { status: 200, ms: 1 },
    pinned: false,
    read: false,
    tags: [],
    ...said,
  }
}
