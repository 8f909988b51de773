/** The frame, and which screen the URL opens. */
import { useEffect, useState } from 'preact/hooks'
import type { Endpoint } from '../shared/endpoint.ts'
import { Announcements } from './announcer.tsx'
import { InboxScreen } from './inbox-screen.tsx'
import { actionOf } from './keys.ts'
import { Shortcuts } from './shortcuts.tsx'
import { TokenPage } from './token-page.tsx'
import { nextTheme, TopBar } from './top-bar.tsx'
import { CopyButton } from './ui/copy.tsx'
import { Empty } from './ui/empty.tsx'
import { lazy } from './ui/lazy.tsx'
import { ToastList } from './ui/toasts.tsx'
import type { World } from './world.ts'
import './app.css'

// What is opened now and then comes when it is opened.
const EndpointForm = lazy(async () => (await import('./endpoint/endpoint-form.tsx')).EndpointForm)
const EndpointList = lazy(async () => (await import('./endpoint/endpoint-list.tsx')).EndpointList)
const NewEndpoint = lazy(async () => (await import('./endpoint/endpoint-list.tsx')).NewEndpoint)
const RejectionsPane = lazy(async () => (await import('./inbox/rejections-pane.tsx')).RejectionsPane)

export function App({ world }: { world: World }) {
  const [dialog, setDialog] = useState<'help' | 'new' | undefined>(undefined)
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const action = actionOf(event)
      if (action !== 'help' && action !== 'theme') return
      if (!world.preferences.keys.peek()) return
      event.preventDefault()
      if (action === 'help') setDialog('help')
      else nextTheme(world)
    }
    addEventListener('keydown', act)
    return () => removeEventListener('keydown', act)
  }, [world])

  if (world.refused.value) return <TokenPage world={world} />
  const endpoint = world.currentEndpoint()
  return (
    <div class="app">
      <TopBar world={world} endpoint={endpoint} onNew={() => setDialog('new')} onHelp={() => setDialog('help')} />
      <Bars world={world} />
      <main>
        <CurrentScreen world={world} endpoint={endpoint} onNew={() => setDialog('new')} />
      </main>
      <Announcements announcer={world.announcer} />
      <ToastList toasts={world.toasts} />
      {dialog === 'help' ? <Shortcuts preferences={world.preferences} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'new' ? <NewEndpoint world={world} onClose={() => setDialog(undefined)} /> : null}
    </div>
  )
}

interface CurrentScreenProps {
  readonly world: World
  readonly endpoint: Endpoint | undefined
  readonly onNew: () => void
}

function CurrentScreen({ world, endpoint, onNew }: CurrentScreenProps) {
  const { router, endpoints } = world
  const screen = router.screen.value
  if (!endpoints.loaded.value) return null
  if (endpoints.failure.value !== undefined && endpoints.all.value.length === 0) {
    return (
      <Empty icon="warning" title="Hookwell could not be asked">
        <p>{endpoints.failure.value}</p>
        <button type="button" onClick={() => void world.start()}>
          Try again
        </button>
      </Empty>
    )
  }
  if (screen.name === 'rejections') return <RejectionsPane world={world} />
  if (screen.name === 'endpoints' || (screen.name === 'home' && endpoint === undefined)) {
    return <EndpointList world={world} onNew={onNew} />
  }
  if (screen.name === 'unknown') {
    return (
      <Empty icon="question" title="There is no such page">
        <a class="button" href={router.href({ name: 'home' })}>
          To the start
        </a>
      </Empty>
    )
  }
  if (screen.name === 'home') return null
  if (endpoint === undefined) {
    return (
      <Empty icon="question" title={`There is no endpoint “${screen.endpoint}”`}>
        <p>It may have been deleted, or have another alias now.</p>
        <a class="button" href={router.href({ name: 'endpoints' })}>
          All endpoints
        </a>
      </Empty>
    )
  }
  if (screen.name === 'settings')
    return <EndpointForm world={world} endpoint={endpoint} section={screen.section} proposed={screen.scheme} />
  return <InboxScreen key={endpoint.id} world={world} endpoint={endpoint} screen={screen} />
}

/** Milliseconds without a connection after which it is more than a hiccup. */
const GONE_MS = 10_000

/** What concerns the whole page: the server is gone, or is another one than before. */
function Bars({ world }: { world: World }) {
  const state = world.feed.state.value
  const isGone = state.kind === 'down' && world.clock.now.value - state.since > GONE_MS
  const newer = world.newer.value
  return (
    <>
      {isGone ? (
        <div class="page-bar" data-tone="warning" role="alert">
          <p>
            Hookwell isn’t running. Start it: <code>npm start</code>
          </p>
          <CopyButton caption="Copy" label="Copy the command" text="npm start" />
          <button type="button" onClick={() => world.feed.retry()}>
            Try now
          </button>
        </div>
      ) : null}
      {newer === undefined ? null : (
        <div class="page-bar" role="status">
          <p>Hookwell was updated to {newer}.</p>
          <button type="button" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      )}
    </>
  )
}
