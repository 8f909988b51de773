/** One capture: its head, what can be done with it, and its sides as tabs. */
import { useEffect, useMemo } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { belowEndpoint } from '../../shared/target.ts'
import { slugOf } from '../names.ts'
import { bytes, lasting } from '../format.ts'
import type { BodyForm, Screen, Tab } from '../route.ts'
import { Confirm } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { lazy } from '../ui/lazy.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import type { Destination } from '../preferences.ts'
import type { World } from '../world.ts'
import { type Body, createBody } from './body.ts'
import { BodyView } from './body-view.tsx'
import { Actions, BackLink, blockedBy, type CaptureActions, Title } from './capture-head.tsx'
import { appends } from './destination.ts'
import { HeaderView } from './header-table.tsx'
import { Overview } from './overview.tsx'
import { QueryView } from './pair-table.tsx'
import { queryOf, queryPairs } from './query-pairs.ts'
import type { ReplayOptions } from './replay-form.tsx'
import './capture-pane.css'

// The sides that are not looked at first come when they are.
const DeliveryList = lazy(async () => (await import('./delivery-list.tsx')).DeliveryList)
const RawView = lazy(async () => (await import('./raw-view.tsx')).RawView)
const VerdictCard = lazy(async () => (await import('./verdict-card.tsx')).VerdictCard)

export type OpenScreen = Extract<Screen, { name: 'inbox' }> & { capture: string }

export interface CapturePaneProps {
  readonly world: World
  readonly endpoint: Endpoint
  readonly screen: OpenScreen
  readonly actions: CaptureActions
  readonly wantsTarget: boolean
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

type SideProps = CapturePaneProps & { capture: Capture; tab: Tab; body: Body }

function Side({ world, endpoint, screen, capture, tab, body, wantsTarget, onTarget }: SideProps) {
  const { api, opened, router } = world
  const here = { name: 'inbox', endpoint: screen.endpoint, capture: screen.capture } as const
  const failed = (error: unknown) => void world.attempt(Promise.reject(error))
  switch (tab) {
    case 'overview':
      return (
        <Overview
          capture={capture}
          deliveries={opened.deliveries.all.value}
          now={world.clock.now.value}
          body={body}
          hrefOf={(side) => router.href({ ...here, tab: side })}
          onChange={(patch) => world.attempt(opened.change(capture.id, patch))}
        />
      )
    case 'body':
      return (
        <BodyView
          capture={capture}
          body={body}
          form={screen.as}
          api={api}
          onForm={(as: BodyForm) => router.replace({ ...here, tab: 'body', as })}
          onFailure={failed}
        />
      )
    case 'headers':
      return <HeaderView headers={capture.headers} trailers={capture.trailers} />
    case 'query':
      return <QueryView target={capture.target} />
    case 'signature':
      return (
        <VerdictCard
          key={capture.id}
          capture={capture}
          endpoint={endpoint}
          schemes={world.schemes.value}
          diagnosis={opened.diagnosis.value}
          settingsHref={router.href({ name: 'settings', endpoint: slugOf(endpoint), section: 'signature' })}
          api={api}
          onSchemes={world.needSchemes}
          onDiagnose={() => void opened.diagnose()}
        />
      )
    case 'deliveries':
      return (
        <Deliveries world={world} endpoint={endpoint} capture={capture} wantsTarget={wantsTarget} onTarget={onTarget} />
      )
    case 'raw':
      return <RawView capture={capture} api={api} onFailure={failed} />
  }
}

type DeliveriesProps = Pick<CapturePaneProps, 'world' | 'endpoint' | 'wantsTarget' | 'onTarget'> & { capture: Capture }

function Deliveries({ world, endpoint, capture, wantsTarget, onTarget }: DeliveriesProps) {
  const { deliveries, sending } = world.opened
  const schemes = world.schemes.value
  useEffect(() => void world.needSchemes(), [world])
  return (
    <DeliveryList
      deliveries={deliveries.all.value}
      more={deliveries.more.value}
      onMore={() => void deliveries.loadMore()}
      onWhole={(id) => void deliveries.whole(id)}
      destination={world.preferences.targets.value[endpoint.id] ?? NOWHERE}
      below={belowEndpoint(capture.target)}
      appends={(destination) => appends(destination, capture, endpoint, schemes)}
      sending={sending.value}
      blocked={blockedBy(world)}
      wantsTarget={wantsTarget}
      onTarget={onTarget}
      onSend={(destination, options) => void sendTo(world, endpoint, capture, destination, options)}
    />
  )
}

const NOWHERE: Destination = { url: '' }

/** Replays and remembers the destination. What came back is shown among the deliveries; a refusal is told. */
export async function sendTo(
  world: World,
  endpoint: Endpoint,
  capture: Capture,
  destination: Destination,
  options: ReplayOptions,
): Promise<void> {
  world.preferences.setTarget(endpoint.id, destination)
  await world.needSchemes() // they say whether the signature stands in the query
  const path = appends(destination, capture, endpoint, world.schemes.peek()) ? 'append' : 'exact'
  const replay: Replay = { target: destination.url, path, ...options }
  const delivery = await world.attempt(world.opened.replay(capture.id, replay))
  if (delivery === undefined) return
  const { outcome } = delivery
  world.announcer.say('error' in outcome ? outcome.error.detail : `The target answered ${outcome.status}`)
}
