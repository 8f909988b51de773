/** Signed bytes as lines in which every line end and control character can be seen: one byte too many is what breaks signatures. */
import type { CodeLine } from '../ui/code-lines.tsx'
import { pieces } from '../ui/visible-text.tsx'

/** Characters in a row. */
const ROW = 400

export function signedLines(bytes: Uint8Array): CodeLine[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const lines: CodeLine[] = []
  const all = text.split('\n')
  all.forEach((line, index) => {
    const isLast = index === all.length - 1
    if (isLast && line === '' && index > 0) return
    const rows = Math.max(1, Math.ceil(line.length / ROW))
    for (let row = 0; row < rows; row++) {
      const ends = row === rows - 1 && !isLast
      lines.push({
        number: row === 0 ? String(index + 1) : '',
        parts: pieces(line.slice(row * ROW, (row + 1) * ROW) + (ends ? '\n' : '')).map(({ text: piece, mark }) =>
          mark === undefined ? { text: piece } : { text: piece, kind: 'mark' as const },
        ),
      })
    }
  })
  return lines
}
