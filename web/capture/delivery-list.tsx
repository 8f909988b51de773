/** What was sent on to targets and what they answered, newest first, with the form to send again. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Delivery, Replay } from '../../shared/delivery.ts'
import { bytes, clockMs, exact, span } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { Empty } from '../ui/empty.tsx'
import { Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { jsonParts, textRows } from './body-lines.ts'
import { charsetOf, decode, fromBase64, looksLikeText } from './charset.ts'
import { HeaderTable } from './header-table.tsx'
import { prettyJson } from './pretty-json.ts'
import './delivery-list.css'

export interface DeliveryListProps {
  readonly deliveries: readonly Delivery[]
  readonly target: string
  readonly sending: boolean
  /** Why nothing can be sent now. */
  readonly blocked: string | undefined
  /** Whether the target is to be given the focus now; told once it has it. */
  readonly wantsTarget: boolean
  readonly onTarget: () => void
  readonly onSend: (replay: Replay) => void
}

export function DeliveryList({ deliveries, ...form }: DeliveryListProps) {
  return (
    <div class="delivery-list">
      <ReplayForm {...form} />
      {deliveries.length === 0 ? (
        <Empty icon="send" title="Not sent anywhere yet">
          <p>Replay sends exactly these bytes to the app you are building and shows its answer here.</p>
        </Empty>
      ) : (
        <ol class="deliveries" aria-label="Deliveries, newest first">
          {deliveries.map((delivery, index) => (
            <DeliveryItem key={delivery.id} delivery={delivery} open={index === 0} />
          ))}
        </ol>
      )}
    </div>
  )
}

type ReplayFormProps = Omit<DeliveryListProps, 'deliveries'>

function ReplayForm({ target, sending, blocked, wantsTarget, onTarget, onSend }: ReplayFormProps) {
  const [url, setUrl] = useState(target)
  const [append, setAppend] = useState(false)
  const [strip, setStrip] = useState(false)
  const [keepHost, setKeepHost] = useState(false)
  const [insecureTls, setInsecureTls] = useState(false)
  const [seconds, setSeconds] = useState('30')
  const input = useRef<HTMLInputElement | null>(null)
  useEffect(() => setUrl(target), [target])
  useEffect(() => {
    if (!wantsTarget) return
    input.current?.focus()
    onTarget()
  }, [wantsTarget, onTarget])
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    const timeoutMs = Math.round(Number(seconds) * 1000)
    onSend({
      target: url.trim(),
      ...(append ? { path: 'append' } : {}),
      ...(strip ? { sign: 'strip' } : {}),
      ...(keepHost ? { keepHost } : {}),
      ...(insecureTls ? { insecureTls } : {}),
      ...(timeoutMs > 0 ? { timeoutMs } : {}),
    })
  }
  return (
    <form class="replay-form" onSubmit={send}>
      <div class="replay-row">
        <Field label="Target">
          {(parts) => (
            <input
              {...parts}
              ref={input}
              type="url"
              required
              placeholder="http://localhost:3000/webhooks"
              autocomplete="url"
              spellcheck={false}
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" data-look="primary" disabled={sending || blocked !== undefined} title={blocked}>
          <Icon name="send" />
          {sending ? 'Sending…' : 'Replay'}
        </button>
      </div>
      <details>
        <summary>Options</summary>
        <div class="replay-options">
          <Check
            label="Append the path"
            hint="What stands below the endpoint, and its query, goes behind the target."
            checked={append}
            onChange={setAppend}
          />
          <Check
            label="Leave the signature out"
            hint="To see how your app treats an unsigned request."
            checked={strip}
            onChange={setStrip}
          />
          <Check
            label="Keep the Host header"
            hint="Send the captured Host instead of the target’s."
            checked={keepHost}
            onChange={setKeepHost}
          />
          <Check
            label="Accept any certificate"
            hint="For self-signed certificates of your own."
            checked={insecureTls}
            onChange={setInsecureTls}
          />
          <Field label="Give up after (seconds)">
            {(parts) => (
              <input
                {...parts}
                type="number"
                min="0.1"
                max="300"
                step="any"
                required
                value={seconds}
                onInput={(event) => setSeconds(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
      </details>
    </form>
  )
}

function DeliveryItem({ delivery, open }: { delivery: Delivery; open: boolean }) {
  const { outcome, request } = delivery
  return (
    <li>
      <details class="delivery" open={open}>
        <summary>
          <OutcomeBadge outcome={outcome} />
          <span class="delivery-target mono">
            {request.method} <VisibleText text={request.url} />
          </span>
          <span class="muted">{span(delivery.ms)}</span>
          <time class="muted" dateTime={new Date(delivery.startedAt).toISOString()} title={exact(delivery.startedAt)}>
            {clockMs(delivery.startedAt)}
          </time>
        </summary>
        <div class="delivery-detail">
          <p class="delivery-same" data-identical={request.identical}>
            <Icon name={request.identical ? 'check' : 'warning'} />
            {request.identical
              ? 'Byte for byte as captured, except for Host, target and framing'
              : 'Not as captured: something else was changed'}
          </p>
          {request.changed.length === 0 ? null : (
            <ul class="delivery-changes">
              {request.changed.map((change) => (
                <li key={change}>
                  <VisibleText text={change} />
                </li>
              ))}
            </ul>
          )}
          {'error' in outcome ? (
            <p class="delivery-error">
              <VisibleText text={outcome.error.detail} />
            </p>
          ) : (
            <Response outcome={outcome} />
          )}
        </div>
      </details>
    </li>
  )
}

function OutcomeBadge({ outcome }: Pick<Delivery, 'outcome'>) {
  if ('error' in outcome) {
    return (
      <span class="status" data-kind="failed">
        failed
      </span>
    )
  }
  const kind = outcome.status < 300 ? 'ok' : outcome.status < 400 ? 'odd' : 'failed'
  return (
    <span class="status" data-kind={kind}>
      {outcome.status}
    </span>
  )
}

type Answered = Extract<Delivery['outcome'], { status: number }>

function Response({ outcome }: { outcome: Answered }) {
  const body = fromBase64(outcome.bodyBase64)
  return (
    <>
      <h3>Response headers</h3>
      {outcome.headers.length === 0 ? (
        <p class="muted">None</p>
      ) : (
        <HeaderTable headers={outcome.headers} label="Response headers" />
      )}
      <h3>
        Response body <span class="muted">{bytes(body.length)}</span>
      </h3>
      {outcome.truncated ? <p class="muted">Only the first {bytes(body.length)} were kept.</p> : null}
      {body.length === 0 ? <p class="muted">Empty</p> : <ResponseBody body={body} outcome={outcome} />}
    </>
  )
}

function ResponseBody({ body, outcome }: { body: Uint8Array; outcome: Answered }) {
  if (!looksLikeText(body)) return <p class="muted">Not text.</p>
  const type = outcome.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const { text } = decode(body, charsetOf(type))
  const pretty = /json/i.test(type ?? '') ? prettyJson(text) : undefined
  const rows = textRows(pretty?.ok === true ? pretty.text : text)
  const at = (index: number) => {
    const row = rows[index]
    return row && { number: row.number, parts: pretty?.ok === true ? jsonParts(row.text) : [{ text: row.text }] }
  }
  return (
    <div class="delivery-body">
      <CodeLines label="Response body" count={rows.length} at={at} whole={text.length < 50_000 && rows.length < 1000} />
    </div>
  )
}
