/**
 * The captures of one endpoint in the order of the log, each once, however often and in whatever order they are handed in.
 *
 * All ids and positions are kept (some 60 bytes each), summaries only around what is being looked at: a list may be 100,000 long.
 */
import type { CaptureSummary } from '../../shared/capture.ts'

/** Summaries kept at most. Ten screens of rows in every direction and more. */
const ROWS_KEPT = 2000

export interface Order {
  readonly size: number
  has(id: string): boolean
  /** By position from the newest. Undefined where only the place is known, not the summary. */
  at(index: number): CaptureSummary | undefined
  idAt(index: number): string | undefined
  seqAt(index: number): number | undefined
  /** Position from the newest; -1 where it is not here. */
  indexOf(id: string): number
  /** Puts captures in that are not there yet and refreshes those that are. Returns how many were new. */
  add(captures: readonly CaptureSummary[]): number
  /** Puts in all that another order has, also places without a summary. */
  absorb(other: Order): void
  /** Refreshes a capture that is there; others are left out. */
  update(capture: CaptureSummary): void
  /** Returns how many went. */
  remove(ids: readonly string[]): number
  /** Removes all that came before a position in the log. */
  removeBefore(seq: number): number
  /** Lets go of summaries far from these rows. */
  forgetBeyond(from: number, to: number): void
  clear(): void
}

type Place = Pick<CaptureSummary, 'id' | 'seq'>

export function createOrder(): Order {
  // Oldest first, so that the usual arrival is a push.
  let ids: string[] = []
  let seqs: number[] = []
  const seqOf = new Map<string, number>()
  const rows = new Map<string, CaptureSummary>()

  const place = (seq: number) => {
    let low = 0
    let high = seqs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((seqs[middle] as number) < seq)
        low = middle + 1 // within bounds by the loop
      else high = middle
    }
    return low
  }

  const keepOnly = (keep: (id: string, seq: number) => boolean) => {
    const before = ids.length
    const left: string[] = []
    const leftSeqs: number[] = []
    ids.forEach((id, index) => {
      const seq = seqs[index] as number // the two arrays are one table
      if (keep(id, seq)) {
        left.push(id)
        leftSeqs.push(seq)
      } else {
        seqOf.delete(id)
        rows.delete(id)
      }
    })
    ids = left
    seqs = leftSeqs
    return before - ids.length
  }

  function insert(places: readonly Place[]): number {
    const fresh: Place[] = []
    for (const { id, seq } of places) {
      if (seqOf.has(id)) continue
      seqOf.set(id, seq)
      fresh.push({ id, seq })
    }
    fresh.sort((one, other) => one.seq - other.seq)
    const last = seqs.at(-1)
    const first = fresh[0]
    if (first === undefined) return 0
    if (last === undefined || first.seq > last) {
      for (const { id, seq } of fresh) {
        ids.push(id)
        seqs.push(seq)
      }
    } else if ((fresh.at(-1)?.seq ?? 0) < (seqs[0] ?? 0)) {
      ids = fresh.map(({ id }) => id).concat(ids)
      seqs = fresh.map(({ seq }) => seq).concat(seqs)
    } else {
      for (const { id, seq } of fresh) {
        const index = place(seq)
        ids.splice(index, 0, id)
        seqs.splice(index, 0, seq)
      }
    }
    return fresh.length
  }

  const idAt = (index: number) => ids[ids.length - 1 - index]

  return {
    get size() {
      return ids.length
    },
    has: (id) => seqOf.has(id),
    idAt,
    at: (index) => {
      const id = idAt(index)
      return id === undefined ? undefined : rows.get(id)
    },
    seqAt: (index) => seqs[seqs.length - 1 - index],
    indexOf: (id) => {
      const seq = seqOf.get(id)
      return seq === undefined ? -1 : ids.length - 1 - place(seq)
    },
    add: (captures) => {
      for (const capture of captures) rows.set(capture.id, capture)
      return insert(captures)
    },
    absorb: (other) => {
      const places: Place[] = []
      for (let index = other.size - 1; index >= 0; index--) {
        const [id, seq, row] = [other.idAt(index), other.seqAt(index), other.at(index)]
        if (id === undefined || seq === undefined) continue
        places.push({ id, seq })
        if (row !== undefined) rows.set(id, row)
      }
      insert(places)
    },
    update: (capture) => {
      if (seqOf.has(capture.id)) rows.set(capture.id, capture)
    },
    remove: (gone) => {
      const leaving = new Set(gone)
      return gone.some((id) => seqOf.has(id)) ? keepOnly((id) => !leaving.has(id)) : 0
    },
    removeBefore: (seq) => keepOnly((_, own) => own >= seq),
    forgetBeyond: (from, to) => {
      if (rows.size <= ROWS_KEPT) return
      const margin = Math.floor(ROWS_KEPT / 4)
      const kept = new Set<string>()
      for (let index = Math.max(0, from - margin); index < to + margin; index++) {
        const id = idAt(index)
        if (id !== undefined) kept.add(id)
      }
      for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id)
    },
    clear: () => {
      ids = []
      seqs = []
      seqOf.clear()
      rows.clear()
    },
  }
}
