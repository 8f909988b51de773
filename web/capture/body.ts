/**
 * The body of one capture, fetched as far as it is looked at: up to 1 MiB at once, larger ones by ranges.
 */
import { signal } from '@preact/signals'
import { PARSED_BODY_BYTES } from '../../shared/limits.ts'
import { sentence } from '../api.ts'
import { createTextIndex, type TextIndex } from './text-index.ts'

/** Bytes; larger bodies are read by windows. */
export const WHOLE_BYTES = PARSED_BODY_BYTES

/** Bytes; larger bodies are shown as hex only, because their text would have to be held in memory to find its lines. */
export const TEXT_BYTES = 64 * 1024 * 1024

/** Bytes fetched at a time, and how many such windows are kept. */
const WINDOW = 64 * 1024
const WINDOWS_KEPT = 64
const STRIDE = 1024 * 1024

type Read = (start: number, end: number) => Promise<Uint8Array>

export type Body = ReturnType<typeof createBody>

export function createBody(size: number, read: Read) {
  /** All of it where it is at most `WHOLE_BYTES`. */
  const whole = signal<Uint8Array | undefined>(size === 0 ? new Uint8Array(0) : undefined)
  const failure = signal<string | undefined>(undefined)
  /** Grows whenever a window or more of the text has arrived. */
  const revision = signal(0)
  const windows = new Map<number, Uint8Array | 'coming'>()
  let text: { bytes: Uint8Array; index: TextIndex; done: number } | undefined
  let closed = false

  async function fetchWindow(number: number): Promise<void> {
    if (windows.has(number)) return
    windows.set(number, 'coming')
    try {
      windows.set(number, await read(number * WINDOW, Math.min(size, (number + 1) * WINDOW)))
      for (const old of windows.keys()) {
        if (windows.size <= WINDOWS_KEPT) break
        windows.delete(old) // a Map keeps its order: the first is the oldest
      }
      failure.value = undefined
    } catch (error) {
      windows.delete(number)
      failure.value = sentence(error)
    }
    revision.value += 1
  }

  return {
    size,
    whole,
    failure,
    revision,

    async loadWhole() {
      if (whole.peek() !== undefined || size > WHOLE_BYTES) return
      try {
        whole.value = await read(0, size)
        failure.value = undefined
      } catch (error) {
        failure.value = sentence(error)
      }
    },

    /** Bytes that are here already, within one window; undefined where they have yet to be fetched. */
    peek(start: number, end: number): Uint8Array | undefined {
      const number = Math.floor(start / WINDOW)
      const window = windows.get(number)
      if (window === undefined || window === 'coming') return undefined
      return window.subarray(start - number * WINDOW, end - number * WINDOW)
    },
    need(start: number, end: number) {
      for (let number = Math.floor(start / WINDOW); number * WINDOW < end; number++) void fetchWindow(number)
    },

    /** Reads a large text from its beginning, piece by piece; rows can be drawn while it goes on. */
    async loadText() {
      if (text !== undefined || size > TEXT_BYTES) return
      const mine = { bytes: new Uint8Array(size), index: createTextIndex(), done: 0 }
      text = mine
      while (mine.done < size && !closed) {
        try {
          const piece = await read(mine.done, Math.min(size, mine.done + STRIDE))
          mine.bytes.set(piece, mine.done)
          mine.done += piece.length
          mine.index.extend(mine.bytes, mine.done, mine.done === size)
          revision.value += 1
        } catch (error) {
          failure.value = sentence(error)
          return
        }
      }
    },
    text: () => text,
    /** Nobody looks any more. */
    close() {
      closed = true
    },
  }
}
