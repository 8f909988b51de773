/** What a view of the body changed, and what in the body will surprise other programs. */
import type { Capture } from '../../shared/capture.ts'
import { bytes as sizeOf, plural } from '../format.ts'
import type { BodyForm } from '../route.ts'
import { TEXT_BYTES, WHOLE_BYTES } from './body.ts'
import { codingOf, type Facts } from './body-facts.ts'

export function BodyNotes({
  capture,
  facts,
  shown,
  isLarge,
}: {
  capture: Capture
  facts: Facts | undefined
  shown: BodyForm
  isLarge: boolean
}) {
  const notes: { tone?: 'warning' | 'danger'; text: string }[] = []
  const coding = codingOf(capture.headers)
  if (coding !== undefined) notes.push({ text: `Kept as it was sent: encoded with ${coding}.` })
  if (isLarge && capture.bodySize > TEXT_BYTES)
    notes.push({ text: `Larger than ${sizeOf(TEXT_BYTES)}: shown as bytes.` })
  else if (isLarge) notes.push({ text: `Larger than ${sizeOf(WHOLE_BYTES)}: shown as it came, not laid out.` })
  const pretty = facts?.pretty
  if (shown === 'pretty') notes.push({ text: 'Reformatted: only the whitespace between tokens was changed.' })
  if (shown === 'form') notes.push({ text: 'Decoded: the bytes are in Text and Hex.' })
  if (pretty?.ok === false && pretty.isTooDeep === true)
    notes.push({ text: `${pretty.message} It is shown as it came.` })
  if (pretty?.ok === false && pretty.isTooDeep !== true) {
    notes.push({
      tone: 'danger',
      text: `Not valid JSON at line ${pretty.line}, column ${pretty.column}: ${pretty.message}`,
    })
  }
  if (pretty?.ok === true && pretty.repeatedKeys.length > 0) {
    const names = pretty.repeatedKeys.slice(0, 3).join(', ')
    notes.push({
      tone: 'warning',
      text: `${plural(pretty.repeatedKeys.length, 'repeated key')}: ${names}. Parsers keep only one of them.`,
    })
  }
  if (pretty?.ok === true && pretty.unsafeIntegers > 0) {
    notes.push({
      tone: 'warning',
      text: `${plural(pretty.unsafeIntegers, 'integer')} beyond 2^53, shown as written. JavaScript would round.`,
    })
  }
  if (facts?.damaged === true && shown !== 'hex') {
    notes.push({ tone: 'warning', text: `Some bytes are not valid ${facts.charset}; they are shown as \ufffd.` })
  }
  if (notes.length === 0) return null
  return (
    <ul class="body-notes">
      {notes.map((note) => (
        <li class="body-note" key={note.text} data-tone={note.tone}>
          {note.text}
        </li>
      ))}
    </ul>
  )
}
