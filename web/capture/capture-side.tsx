/** What the chosen tab shows of a capture. */
import { useEffect } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { belowEndpoint } from '../../shared/target.ts'
import { slugOf } from '../names.ts'
import type { Destination } from '../preferences.ts'
import type { BodyForm, Screen, Tab } from '../route.ts'
import { lazy } from '../ui/lazy.tsx'
import type { World } from '../world.ts'
import type { Body } from './body.ts'
import { BodyView } from './body-view.tsx'
import { blockedBy, type CaptureActions } from './capture-head.tsx'
import { appends } from './destination.ts'
import { HeaderView } from './header-table.tsx'
import { Overview } from './overview.tsx'
import { QueryView } from './pair-table.tsx'
import type { Wanted } from './replay-form.tsx'
import { sendOn } from './send-on.ts'
import { isLate, needsTestKey, rowOf, signingAnew, signingFor } from './signing-choice.ts'

// The sides that are not looked at first come when they are.
const DeliveryList = lazy(async () => (await import('./delivery-list.tsx')).DeliveryList)
const RawView = lazy(async () => (await import('./raw-view.tsx')).RawView)
const VerdictCard = lazy(async () => (await import('./verdict-card.tsx')).VerdictCard)

export type OpenScreen = Extract<Screen, { name: 'inbox' }> & { capture: string }

interface SideProps {
  readonly world: World
  readonly endpoint: Endpoint
  readonly screen: OpenScreen
  readonly capture: Capture
  readonly tab: Tab
  readonly body: Body
  readonly actions: Pick<CaptureActions, 'chooseTarget'>
  readonly wanted: Wanted | undefined
  readonly onTarget: () => void
}

export function Side({ world, endpoint, screen, capture, tab, body, actions, wanted, onTarget }: SideProps) {
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
          phase={opened.diagnosis.value}
          blocked={blockedBy(world)}
          settingsHref={(scheme) =>
            router.href({
              name: 'settings',
              endpoint: slugOf(endpoint),
              section: 'signature',
              ...(scheme === undefined ? {} : { scheme }),
            })
          }
          api={api}
          onSchemes={world.needSchemes}
          onDiagnose={() => void opened.diagnose()}
          onLeave={opened.stopDiagnosis}
          onSave={async (signing) => {
            if ((await world.attempt(world.endpoints.change(endpoint.id, { signing }))) === undefined) return false
            world.toasts.say('done', 'Saved. What is stored is checked again.')
            return true
          }}
          find={screen.find === true}
          onReplaySigned={() => {
            const target = world.preferences.targets.peek()[endpoint.id]
            const row = rowOf(endpoint, world.schemes.peek())
            const signing = signingAnew(row, target?.signing)
            if (target === undefined || needsTestKey(row, target.signing)) return actions.chooseTarget({ signing })
            router.replace({ ...here, tab: 'deliveries' })
            void sendOn(world, endpoint, capture, target, signingFor(signing, row), (refusal) =>
              actions.chooseTarget({ signing, refusal }),
            )
          }}
        />
      )
    case 'deliveries':
      return <Deliveries world={world} endpoint={endpoint} capture={capture} wanted={wanted} onTarget={onTarget} />
    case 'raw':
      return <RawView capture={capture} api={api} onFailure={failed} />
  }
}

type DeliveriesProps = Pick<SideProps, 'world' | 'endpoint' | 'capture' | 'wanted' | 'onTarget'>

function Deliveries({ world, endpoint, capture, wanted, onTarget }: DeliveriesProps) {
  const { deliveries, sending } = world.opened
  const schemes = world.schemes.value
  const row = rowOf(endpoint, schemes)
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
      wanted={wanted}
      onTarget={onTarget}
      signing={{
        row,
        scheme: endpoint.signing?.scheme,
        late: isLate(capture, row, world.clock.now.value),
        settingsHref: world.router.href({ name: 'settings', endpoint: slugOf(endpoint), section: 'signature' }),
        testKey: (scheme) => world.api.testKey(scheme, endpoint.id),
      }}
      onSend={(destination, options, onRefused) =>
        void sendOn(world, endpoint, capture, destination, options, onRefused)
      }
    />
  )
}

const NOWHERE: Destination = { url: '' }
