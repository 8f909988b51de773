/** What stands above the sides of a capture: what it is, and what can be done with it. */
import type { Capture } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { bytes, clockMs, exact } from '../format.ts'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { VerdictBadge } from '../verdict.tsx'
import type { World } from '../world.ts'
import type { Wanted } from './replay-form.tsx'

/** What can be done with the open capture, by button and by key alike. */
export interface CaptureActions {
  replay(): void
  /** Opens the form that sends, with what it is to begin with. */
  chooseTarget(wanted?: Wanted): void
  pin(): void
  toggleRead(): void
  remove(): void
}

export function BackLink({ href }: { href: string }) {
  return (
    <a class="button capture-back" data-look="quiet" href={href}>
      <Icon name="back" />
      Captures
    </a>
  )
}

export function Title({ capture }: { capture: Capture }) {
  return (
    <header class="capture-title">
      <h2 id="capture-title">
        <span class="method" data-method={capture.method}>
          {capture.method}
        </span>{' '}
        {capture.eventType === undefined ? null : (
          <span class="capture-event">
            <VisibleText text={capture.eventType} />
          </span>
        )}
        <span class="capture-target mono" title={capture.target}>
          <VisibleText text={capture.target} />
        </span>
      </h2>
      <p class="capture-meta">
        <VerdictBadge verdict={capture.verdict} />
        <time dateTime={new Date(capture.receivedAt).toISOString()} title={exact(capture.receivedAt)}>
          {clockMs(capture.receivedAt)}
        </time>
        <span>{bytes(capture.bodySize)}</span>
        <span>answered {capture.answered.status}</span>
        {capture.attempt > 1 ? <span>×{capture.attempt}</span> : null}
      </p>
    </header>
  )
}

interface ActionsProps {
  readonly capture: Capture
  readonly deleted: boolean
  readonly world: World
  readonly actions: CaptureActions
  readonly endpoint: Endpoint
}

export function Actions({ capture, deleted, world, actions, endpoint }: ActionsProps) {
  const target = world.preferences.targets.value[endpoint.id]?.url
  const sending = world.opened.sending.value
  const blocked = blockedBy(world)
  return (
    <div class="capture-actions">
      <button
        type="button"
        data-look="primary"
        disabled={sending || blocked !== undefined}
        title={blocked ?? (target === undefined ? 'Choose where to send it (r)' : `Send to ${target} (r)`)}
        onClick={actions.replay}
      >
        <Icon name="replay" />
        {sending ? 'Sending…' : target === undefined ? 'Replay…' : `Replay to ${hostOf(target)}`}
      </button>
      <button
        type="button"
        data-look="icon"
        aria-pressed={capture.pinned}
        disabled={deleted}
        title="Pin (s)"
        onClick={actions.pin}
      >
        <Icon name="star" filled={capture.pinned} />
        <span class="visually-hidden">Pin</span>
      </button>
      <button
        type="button"
        data-look="icon"
        disabled={deleted}
        title={capture.read ? 'Mark unread (u)' : 'Mark read (u)'}
        onClick={actions.toggleRead}
      >
        <Icon name="mail" />
        <span class="visually-hidden">{capture.read ? 'Mark unread' : 'Mark read'}</span>
      </button>
      <button type="button" data-look="icon" disabled={deleted} title="Delete (Backspace)" onClick={actions.remove}>
        <Icon name="trash" />
        <span class="visually-hidden">Delete</span>
      </button>
    </div>
  )
}

/** Why nothing can be sent on now; undefined where it can. */
export function blockedBy(world: World): string | undefined {
  if (world.opened.deleted.value) return 'This capture was deleted.'
  return world.feed.state.value.kind === 'down' ? 'Hookwell cannot be reached.' : undefined
}

function hostOf(target: string): string {
  return URL.canParse(target) ? new URL(target).host : target
}
