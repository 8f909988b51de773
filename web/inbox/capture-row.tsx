/** One line of the list, in two: verdict, method, event and time; below it path, id, size, and how its last delivery ended. */
import type { CaptureSummary } from '../../shared/capture.ts'
import { belowEndpoint } from '../../shared/target.ts'
import { bytes, clock, exact, moment } from '../format.ts'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { VerdictSign, verdictWords } from '../verdict.tsx'
import './capture-row.css'

/** Milliseconds in which an arrival may still be seen arriving. */
const FRESH_MS = 1200

interface CaptureRowProps {
  readonly capture: CaptureSummary
  readonly href: string
  readonly id: string
  readonly open: boolean
  readonly active: boolean
  readonly position: number
  readonly count: number
  readonly top: number
  readonly now: number
}

export function CaptureRow({ capture, href, id, open, active, position, count, top, now }: CaptureRowProps) {
  const path = belowEndpoint(capture.target)
  const { delivered } = capture
  return (
    <a
      class="capture-row"
      role="option"
      id={id}
      href={href}
      tabIndex={-1}
      aria-selected={open}
      aria-posinset={position + 1}
      aria-setsize={count}
      data-active={active}
      data-unread={!capture.read}
      data-fresh={now - capture.receivedAt < FRESH_MS}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span class="visually-hidden">{sentenceOf(capture)}</span>
      <span class="row-drawn" aria-hidden="true">
        <VerdictSign verdict={capture.verdict} />
        <span class="row-main">
          <span class="method" data-method={capture.method}>
            {capture.method}
          </span>{' '}
          <span class="row-event">
            <VisibleText text={capture.eventType ?? (path === '' ? '/' : path)} />
          </span>
        </span>
        <time class="row-time" title={exact(capture.receivedAt)}>
          {moment(capture.receivedAt, now)}
        </time>
        <span class="row-more">
          {capture.eventType === undefined || path === '' ? null : (
            <span class="row-path">
              <VisibleText text={path} />
            </span>
          )}
          {capture.eventId === undefined ? null : (
            <span class="row-path">
              <VisibleText text={capture.eventId} />
            </span>
          )}
          <span>{bytes(capture.bodySize)}</span>
          {capture.note === undefined ? null : (
            <span class="row-note">
              <VisibleText text={capture.note} />
            </span>
          )}
          {capture.tags.map((tag) => (
            <span class="row-tag" key={tag}>
              <VisibleText text={tag} />
            </span>
          ))}
        </span>
        <span class="row-end">
          {capture.attempt > 1 ? <span title="Attempts with this event id">×{capture.attempt}</span> : null}
          {delivered === undefined ? null : (
            <span class="row-delivery" data-ok={'status' in delivered && delivered.status < 300}>
              → {'status' in delivered ? delivered.status : 'failed'}
            </span>
          )}
          {capture.pinned ? (
            <span class="row-pin">
              <Icon name="star" filled />
            </span>
          ) : null}
        </span>
      </span>
    </a>
  )
}

/** The row in one sentence, for those who hear it. */
function sentenceOf(capture: CaptureSummary): string {
  const { delivered } = capture
  const parts = [
    capture.read ? '' : 'Unread',
    capture.eventType ?? belowEndpoint(capture.target),
    capture.method,
    verdictWords(capture.verdict),
    bytes(capture.bodySize),
    capture.attempt > 1 ? `attempt ${capture.attempt}` : '',
    delivered === undefined ? '' : 'status' in delivered ? `replayed, answered ${delivered.status}` : 'replay failed',
    capture.pinned ? 'pinned' : '',
    clock(capture.receivedAt),
  ]
  return parts.filter((part) => part !== '').join(', ')
}
