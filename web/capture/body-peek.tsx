/** The beginning of the body beside other facts of a capture. */
import { useEffect } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import { count } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import type { Body } from './body.ts'
import { understand } from './body-facts.ts'
import { HEX_ROW, hexLine, jsonParts, textRows } from './body-lines.ts'
import './body-view.css'

/** Rows of the body shown beside other facts. */
const PEEK_ROWS = 24

/** The beginning of the body, in the form it is best read in. Nothing for bodies that are empty or come by windows. */
export function BodyPeek({ capture, body, href }: { capture: Capture; body: Body; href: string }) {
  useEffect(() => void body.loadWhole(), [body])
  const whole = body.whole.value
  if (whole === undefined || capture.bodySize === 0) return null
  const facts = understand(whole, capture)
  const isHex = facts.usual === 'hex'
  const isPretty = facts.pretty?.ok === true
  const rows = isHex ? [] : textRows(facts.pretty?.ok === true ? facts.pretty.text : facts.text)
  const all = isHex ? Math.ceil(whole.length / HEX_ROW) : rows.length
  const at = (index: number) => {
    if (isHex) return hexLine(whole.subarray(index * HEX_ROW, (index + 1) * HEX_ROW), index * HEX_ROW)
    const row = rows[index]
    return row && { number: row.number, parts: isPretty ? jsonParts(row.text) : [{ text: row.text }] }
  }
  return (
    <section>
      <h3>
        Body <span class="muted">{isPretty ? 'reformatted' : ''}</span>
      </h3>
      <div class="body-peek">
        <CodeLines label="Beginning of the body" count={Math.min(all, PEEK_ROWS)} at={at} whole />
        {all > PEEK_ROWS ? <a href={href}>All {count(all)} lines</a> : null}
      </div>
    </section>
  )
}
