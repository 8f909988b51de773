/** The capture at a glance: facts, what happened to it and when, note and tags. */
import { useEffect, useState } from 'preact/hooks'
import type { Capture, CapturePatch } from '../../shared/capture.ts'
import type { Delivery } from '../../shared/delivery.ts'
import { belowEndpoint } from '../../shared/target.ts'
import { age, bytes, clockMs, exact, span } from '../format.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { decode, fromBase64, looksLikeText } from './charset.ts'
import { HeaderTable } from './header-table.tsx'
import type { Tab } from '../route.ts'
import type { Body } from './body.ts'
import { BodyPeek } from './body-peek.tsx'
import './overview.css'

interface OverviewProps {
  readonly capture: Capture
  readonly deliveries: readonly Delivery[]
  readonly now: number
  readonly body: Body
  readonly hrefOf: (side: Tab) => string
  readonly onChange: (patch: CapturePatch) => Promise<unknown>
}

export function Overview({ capture, deliveries, now, body, hrefOf, onChange }: OverviewProps) {
  return (
    <div class="overview">
      {capture.verdict.reason === undefined ? null : (
        <p class="overview-reason" data-kind={capture.verdict.kind}>
          <VisibleText text={capture.verdict.reason} /> <a href={hrefOf('signature')}>What was checked</a>
        </p>
      )}
      <Facts capture={capture} now={now} />
      <BodyPeek capture={capture} body={body} href={hrefOf('body')} />
      <Timeline capture={capture} deliveries={deliveries} />
      <Answered answered={capture.answered} />
      <Labels key={capture.id} capture={capture} onChange={onChange} />
    </div>
  )
}

function Facts({ capture, now }: { capture: Capture; now: number }) {
  const all: [string, string | undefined][] = [
    ['Received', `${exact(capture.receivedAt)}, ${age(capture.receivedAt, now)}`],
    ['Path', belowEndpoint(capture.target) || '/'],
    ['Event id', capture.eventId],
    ['Attempt', capture.attempt > 1 ? `${capture.attempt}, the same event id came before` : undefined],
    ['Content type', capture.contentType],
    ['Body', bytes(capture.bodySize)],
    ['From', capture.remoteAddress],
    ['HTTP version', capture.httpVersion],
    ['Capture id', capture.id],
    ['SHA-256 of body', capture.bodySha256],
  ]
  const facts = all.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  // Of an odd number of halves the last one has the line to itself, so that no cell stays empty.
  const halves = facts.filter(({ name }) => !WIDE.has(name))
  const alone = halves.length % 2 === 1 ? halves.at(-1)?.name : undefined
  return (
    <dl class="facts">
      {facts.map(({ name, value }) => (
        <div key={name} class={WIDE.has(name) || name === alone ? 'fact-wide' : undefined}>
          <dt>{name}</dt>
          <dd>
            <VisibleText text={value} />
            {COPIED.has(name) ? <CopyButton look="icon" label={`Copy: ${name}`} text={value} /> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Facts too long for half a line. */
const WIDE = new Set(['Received', 'SHA-256 of body', 'Path', 'Capture id'])

/** Facts that are of use elsewhere. */
const COPIED = new Set(['Event id', 'SHA-256 of body', 'Capture id'])

function Timeline({ capture, deliveries }: { capture: Capture; deliveries: readonly Delivery[] }) {
  const sent = [...deliveries].reverse()
  return (
    <section>
      <h3>What happened</h3>
      <ol class="timeline">
        <li>
          <span class="mono">{clockMs(capture.receivedAt)}</span> Received {bytes(capture.bodySize)} from{' '}
          {capture.remoteAddress}
        </li>
        <li>
          <span class="mono">+{span(capture.answered.ms)}</span> Kept, then answered with {capture.answered.status}
        </li>
        {sent.map((delivery) => (
          <li key={delivery.id}>
            <span class="mono">{clockMs(delivery.startedAt)}</span>{' '}
            {delivery.cause === 'send' ? 'Was sent by Hookwell itself, as a test, to' : 'Replayed to'}{' '}
            <VisibleText text={delivery.request.url} />, {span(delivery.ms)}:{' '}
            {'error' in delivery.outcome ? (
              <VisibleText text={delivery.outcome.error.detail} />
            ) : (
              `answered ${delivery.outcome.status}`
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Answered({ answered }: Pick<Capture, 'answered'>) {
  const body = fromBase64(answered.bodyBase64)
  return (
    <details class="answered">
      <summary>
        What the sender heard: {answered.status}, {bytes(body.length)}
      </summary>
      <HeaderTable headers={answered.headers} label="Headers of our answer" />
      {body.length === 0 ? null : (
        <pre>
          <VisibleText text={looksLikeText(body) ? decode(body, 'utf-8').text : 'Not text.'} keep={'\n\t'} />
        </pre>
      )}
    </details>
  )
}

function Labels({ capture, onChange }: Pick<OverviewProps, 'capture' | 'onChange'>) {
  const [note, setNote] = useState(capture.note ?? '')
  const [tag, setTag] = useState('')
  useEffect(() => setNote(capture.note ?? ''), [capture.note])
  const saveNote = () => {
    const next = note.trim()
    if (next !== (capture.note ?? '')) void onChange({ note: next === '' ? null : next })
  }
  const addTag = (event: SubmitEvent) => {
    event.preventDefault()
    const next = tag.trim()
    setTag('')
    if (next !== '' && !capture.tags.includes(next)) void onChange({ tags: [...capture.tags, next] })
  }
  return (
    <section class="labels">
      <Field label="Note">
        {(parts) => (
          <textarea
            {...parts}
            rows={2}
            placeholder="What to remember about this one"
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
            onBlur={saveNote}
          />
        )}
      </Field>
      <form class="tags" onSubmit={addTag}>
        <Field label="Tags">
          {(parts) => (
            <input
              {...parts}
              placeholder="Add a tag and press Enter"
              maxLength={64}
              value={tag}
              onInput={(event) => setTag(event.currentTarget.value)}
            />
          )}
        </Field>
        {capture.tags.length === 0 ? null : (
          <ul>
            {capture.tags.map((one) => (
              <li key={one}>
                <VisibleText text={one} />
                <button
                  type="button"
                  data-look="icon"
                  aria-label={`Remove the tag ${one}`}
                  onClick={() => void onChange({ tags: capture.tags.filter((other) => other !== one) })}
                >
                  <Icon name="cross" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </form>
    </section>
  )
}
