/** One capture: its head, what can be done with it, and its sides as tabs. */
import { useEffect, useMemo } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { slugOf } from '../names.ts'
import { bytes, lasting } from '../format.ts'
import type { Tab } from '../route.ts'
import { Confirm } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import type { World } from '../world.ts'
import { createBody } from './body.ts'
import { Actions, BackLink, type CaptureActions, Title } from './capture-head.tsx'
import { queryOf, queryPairs } from './query-pairs.ts'
import { type OpenScreen, Side } from './capture-side.tsx'
import type { Wanted } from './replay-form.tsx'
import './capture-pane.css'

interface CapturePaneProps {
  readonly world: World
  readonly endpoint: Endpoint
  readonly screen: OpenScreen
  readonly actions: CaptureActions
  readonly wanted: Wanted | undefined
  readonly onTarget: () => void
  readonly removing: boolean
  readonly onRemoveClosed: () => void
  readonly onRemoved: () => void
}

export function CapturePane(props: CapturePaneProps) {
  const { world, endpoint, screen } = props
  const phase = world.opened.phase.value
  const back = world.router.href({ name: 'inbox', endpoint: slugOf(endpoint) })
  if (phase.kind === 'ready') return <Loaded {...props} capture={phase.capture} back={back} />
  return (
    <article class="capture-pane" aria-label="Capture" aria-busy={phase.kind === 'loading'}>
      <div class="capture-top">
        <BackLink href={back} />
      </div>
      {phase.kind === 'missing' ? (
        <Empty icon="trash" title="This capture was deleted or has expired">
          <p>
            {world.version.value === undefined
              ? 'Captures are kept up to the limits of their endpoint.'
              : `Captures are kept for ${lasting(world.version.value.keep.forMs)}, the newest ${world.version.value.keep.captures} of an endpoint.`}
          </p>
          <a class="button" href={back}>
            Back to the list
          </a>
        </Empty>
      ) : null}
      {phase.kind === 'failed' ? (
        <Empty icon="warning" title="This capture could not be read">
          <p>{phase.why}</p>
          <button type="button" onClick={() => void world.opened.reload()}>
            Try again
          </button>
        </Empty>
      ) : null}
      {phase.kind === 'loading' ? <p class="visually-hidden">Loading capture {screen.capture}</p> : null}
    </article>
  )
}

function Loaded(props: CapturePaneProps & { capture: Capture; back: string }) {
  const { world, endpoint, screen, capture, back, actions } = props
  const deleted = world.opened.deleted.value
  const deliveries = world.opened.deliveries.all.value
  const olderToo = world.opened.deliveries.more.value ? '+' : ''
  const tab = screen.tab ?? 'overview'
  const { id, bodySize } = capture
  const body = useMemo(
    () => createBody(bodySize, (start, end) => world.api.body(id, start, end)),
    [world, id, bodySize],
  )
  useEffect(() => () => body.close(), [body])
  const select = (next: Tab) =>
    world.router.replace({ name: 'inbox', endpoint: screen.endpoint, capture: screen.capture, tab: next })
  const remove = async () => {
    if ((await world.attempt(world.api.removeCapture(capture.id).then(() => true))) === true) props.onRemoved()
  }
  return (
    <article class="capture-pane" aria-labelledby="capture-title">
      {deleted ? (
        <p class="capture-ribbon" role="status">
          <Icon name="trash" />
          Deleted. It stays readable here until you leave it.
        </p>
      ) : null}
      <div class="capture-top">
        <BackLink href={back} />
        <Title capture={capture} />
        <Actions capture={capture} deleted={deleted} world={world} actions={actions} endpoint={endpoint} />
      </div>
      <Tabs
        label="Sides of the capture"
        selected={tab}
        onSelect={select}
        tabs={[
          { id: 'overview', label: 'Overview' },
          { id: 'body', label: 'Body', note: bytes(capture.bodySize) },
          { id: 'headers', label: 'Headers', note: String(capture.headers.length) },
          { id: 'query', label: 'Query', note: String(queryPairs(queryOf(capture.target) ?? '').length) },
          { id: 'signature', label: 'Signature' },
          { id: 'deliveries', label: 'Deliveries', note: `${deliveries.length}${olderToo}` },
          { id: 'raw', label: 'Raw' },
        ]}
      >
        <Side {...props} tab={tab} body={body} />
      </Tabs>
      {props.removing ? (
        <Confirm
          title="Delete this capture?"
          action="Delete"
          onClose={props.onRemoveClosed}
          onConfirm={() => void remove()}
        >
          <p>
            {capture.method} <VisibleText text={capture.target} />
          </p>
          <p class="muted">It cannot be brought back.</p>
        </Confirm>
      ) : null}
    </article>
  )
}
