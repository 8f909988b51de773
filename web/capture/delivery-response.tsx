/** What a target answered: its headers as they came, and its body as far as it is kept. */
import { useMemo } from 'preact/hooks'
import type { Delivery } from '../../shared/delivery.ts'
import { LISTED_BODY_BYTES } from '../../shared/limits.ts'
import { bytes } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { jsonParts, textRows } from './body-lines.ts'
import { charsetOf, decode, fromBase64, looksLikeText } from './charset.ts'
import { HeaderTable } from './header-table.tsx'
import { prettyJson } from './pretty-json.ts'

type Answered = Extract<Delivery['outcome'], { status: number }>

interface DeliveryResponseProps {
  readonly outcome: Answered
  /** Asks for the rest of a body of which the list gave the beginning. */
  readonly onWhole: () => void
}

export function DeliveryResponse({ outcome, onWhole }: DeliveryResponseProps) {
  const body = useMemo(() => fromBase64(outcome.bodyBase64), [outcome.bodyBase64])
  return (
    <>
      <h3>Response headers</h3>
      {outcome.headers.length === 0 ? (
        <p class="muted">None</p>
      ) : (
        <HeaderTable headers={outcome.headers} label="Response headers" />
      )}
      <h3>
        Response body <span class="muted">{outcome.truncated ? '' : bytes(body.length)}</span>
      </h3>
      {outcome.truncated ? <Cut shown={body.length} onWhole={onWhole} /> : null}
      {body.length === 0 ? <p class="muted">Empty</p> : <ResponseBody body={body} outcome={outcome} />}
    </>
  )
}

/** Two things cut a body: the list, which has more to give, and the limit of what is kept, which lies far above. */
function Cut({ shown, onWhole }: { shown: number; onWhole: () => void }) {
  if (shown !== LISTED_BODY_BYTES) return <p class="muted">Only the first {bytes(shown)} were kept.</p>
  return (
    <p class="muted">
      The first {bytes(shown)} are shown.{' '}
      <button type="button" data-look="quiet" onClick={onWhole}>
        Show all that was kept
      </button>
    </p>
  )
}

function ResponseBody({ body, outcome }: { body: Uint8Array; outcome: Answered }) {
  const type = outcome.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const laid = useMemo(() => (looksLikeText(body) ? layOut(body, type) : undefined), [body, type])
  if (laid === undefined) return <p class="muted">Not text.</p>
  const { rows, text, isPretty } = laid
  const at = (index: number) => {
    const row = rows[index]
    return row && { number: row.number, parts: isPretty ? jsonParts(row.text) : [{ text: row.text }] }
  }
  return (
    <div class="delivery-body">
      <CodeLines label="Response body" count={rows.length} at={at} whole={text.length < 50_000 && rows.length < 1000} />
    </div>
  )
}

function layOut(body: Uint8Array, type: string | undefined) {
  const { text } = decode(body, charsetOf(type))
  const pretty = /json/i.test(type ?? '') ? prettyJson(text) : undefined
  const isPretty = pretty?.ok === true
  return { text, isPretty, rows: textRows(isPretty ? pretty.text : text) }
}
