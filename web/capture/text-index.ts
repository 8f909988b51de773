/**
 * Where the rows of a large text begin, found while its bytes arrive, so that megabytes are never one string and never one layout.
 */

/** Bytes. Longer lines go on in the next row, cut between characters of UTF-8. */
const ROW_BYTES = 240

interface TextRow {
  readonly start: number
  readonly end: number
  /** From 1; 0 where the row goes on with the line above. */
  readonly line: number
}

export interface TextIndex {
  readonly count: number
  row(index: number): TextRow | undefined
  /** Reads on up to `end`. Call with growing values, and with `isLast` when the bytes are complete. */
  extend(bytes: Uint8Array, end: number, isLast: boolean): void
}

const LINE_FEED = 0x0a

export function createTextIndex(): TextIndex {
  let starts = new Uint32Array(1024)
  let lines = new Uint32Array(1024)
  let count = 0
  let rowStart = 0
  let at = 0
  let line = 1
  let continues = false
  let finish = 0

  const close = (next: number, continuesNext: boolean) => {
    if (count === starts.length) {
      starts = grown(starts)
      lines = grown(lines)
    }
    starts[count] = rowStart
    lines[count] = continues ? 0 : line
    count += 1
    rowStart = next
    continues = continuesNext
    if (!continuesNext) line += 1
  }

  return {
    get count() {
      return count
    },
    row: (index) => {
      const start = starts[index]
      if (index < 0 || index >= count || start === undefined) return undefined
      return { start, end: index + 1 < count ? (starts[index + 1] ?? finish) : finish, line: lines[index] ?? 0 }
    },
    extend: (bytes, end, isLast) => {
      for (; at < end; at++) {
        if (bytes[at] === LINE_FEED) {
          close(at + 1, false)
        } else if (at - rowStart >= ROW_BYTES && !isContinuation(bytes[at])) {
          close(at, true)
        }
      }
      if (isLast && rowStart < end) close(end, false)
      finish = rowStart
    },
  }
}

/** Second to fourth byte of a character of UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
