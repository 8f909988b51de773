/** List and capture side by side, or one after the other where there is no room; and what keys and buttons do there. */
import { useSignal } from '@preact/signals'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Endpoint } from '../shared/endpoint.ts'
import type { CaptureActions } from './capture/capture-head.tsx'
import { CapturePane } from './capture/capture-pane.tsx'
import type { OpenScreen } from './capture/capture-side.tsx'
import type { Wanted } from './capture/replay-form.tsx'
import { sendOn } from './capture/send-on.ts'
import { slugOf } from './names.ts'
import { FirstRun, TestSender } from './inbox/first-run.tsx'
import { InboxPane } from './inbox/inbox-pane.tsx'
import { actionOf, type KeyAction } from './keys.ts'
import { type Screen, TABS } from './route.ts'
import { CopyButton } from './ui/copy.tsx'
import { Empty } from './ui/empty.tsx'
import type { World } from './world.ts'
import './inbox-screen.css'

interface InboxScreenProps {
  readonly world: World
  readonly endpoint: Endpoint
  readonly screen: Extract<Screen, { name: 'inbox' }>
}

/** Milliseconds. While a key is held down, only the capture it stops at is fetched. */
const FOLLOW_MS = 80

export function InboxScreen({ world, endpoint, screen }: InboxScreenProps) {
  const { router, inbox, opened, preferences } = world
  // A signal, since keys come faster than the page is drawn: each must see what the one before it marked.
  const marked = useSignal<string | undefined>(screen.capture)
  const active = marked.value
  const setActive = (id: string | undefined) => {
    marked.value = id
  }
  const [removing, setRemoving] = useState(false)
  const [wanted, setWanted] = useState<Wanted | undefined>(undefined)
  const gotTarget = useCallback(() => setWanted(undefined), [])
  const slug = slugOf(endpoint)
  const openId = screen.capture
  const phase = opened.phase.value
  const capture = phase.kind === 'ready' && phase.capture.id === openId ? phase.capture : undefined
  const shown = inbox.shown.value
  const isEmpty = shown.count === 0 && openId === undefined && inbox.phase.value.kind === 'ready'

  useLayoutEffect(() => setActive(openId), [openId])

  // Having been opened is having been read; once for each opening, so that "mark unread" holds while it stays open.
  const readOnce = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (openId === undefined) readOnce.current = undefined
    if (capture === undefined || readOnce.current === capture.id) return
    readOnce.current = capture.id
    // Where it cannot be told now, it stays unread, which harms nobody.
    if (!capture.read) void opened.change(capture.id, { read: true }).catch(() => undefined)
  }, [opened, openId, capture])

  // While a capture is open, the marked row is followed by the capture beside it.
  useEffect(() => {
    if (openId === undefined || active === undefined || active === openId) return
    const timer = setTimeout(() => router.replace({ ...screen, capture: active }), FOLLOW_MS)
    return () => clearTimeout(timer)
  }, [router, screen, active, openId])

  const step = (by: number) => {
    const from = marked.peek()
    const at = from === undefined ? -1 : shown.indexOf(from)
    const id = shown.idAt(Math.min(shown.count - 1, Math.max(0, at + by)))
    if (id !== undefined) setActive(id)
  }
  const open = (id: string) => {
    setActive(id)
    if (openId === undefined) router.go({ name: 'inbox', endpoint: slug, capture: id })
    else router.go({ ...screen, capture: id })
  }
  const close = () => {
    router.go({ name: 'inbox', endpoint: slug })
    document.getElementById('capture-list')?.focus()
  }
  const showTab = (tab: (typeof TABS)[number]) => {
    if (openId !== undefined) router.replace({ name: 'inbox', endpoint: slug, capture: openId, tab })
  }
  const actions: CaptureActions = {
    replay() {
      if (capture === undefined || opened.deleted.peek()) return
      const target = preferences.targets.peek()[endpoint.id]
      showTab('deliveries')
      if (target === undefined) setWanted({})
      else void sendOn(world, endpoint, capture, target, {})
    },
    chooseTarget(next = {}) {
      if (capture === undefined) return
      showTab('deliveries')
      setWanted(next)
    },
    pin() {
      if (capture !== undefined) void world.attempt(opened.change(capture.id, { pinned: !capture.pinned }))
    },
    toggleRead() {
      if (capture !== undefined) void world.attempt(opened.change(capture.id, { read: !capture.read }))
    },
    remove() {
      if (capture !== undefined && !opened.deleted.peek()) setRemoving(true)
    },
  }
  const removed = () => {
    const at = capture === undefined ? -1 : shown.indexOf(capture.id)
    const neighbour = shown.idAt(at + 1) ?? shown.idAt(at - 1)
    if (neighbour === undefined || !matchMedia('(min-width: 700px)').matches) close()
    else router.replace({ ...screen, capture: neighbour })
  }

  const doing: Partial<Record<KeyAction, (key: string) => void>> = {
    next: () => step(1),
    previous: () => step(-1),
    open() {
      const id = marked.peek()
      if (id !== undefined) open(id)
    },
    close: () => openId !== undefined && close(),
    focusList: () => document.getElementById('capture-list')?.focus(),
    showNew: () => {
      inbox.showNew()
      const list = document.getElementById('capture-list')
      if (list !== null) list.scrollTop = 0
    },
    replay: actions.replay,
    chooseTarget: () => actions.chooseTarget(),
    pin: actions.pin,
    toggleRead: actions.toggleRead,
    remove: actions.remove,
    tab: (key) => {
      const tab = TABS[Number(key) - 1]
      if (tab !== undefined) showTab(tab)
    },
  }
  useLayoutEffect(() => {
    const act = (event: KeyboardEvent) => {
      const action = actionOf(event)
      if (action === undefined || doing[action] === undefined) return
      if (!preferences.keys.peek() && action !== 'close' && action !== 'open') return
      event.preventDefault()
      doing[action]?.(event.key)
    }
    addEventListener('keydown', act)
    return () => removeEventListener('keydown', act)
  })

  return (
    <div class="inbox-screen" data-open={openId !== undefined} data-empty={isEmpty}>
      <InboxPane world={world} endpoint={endpoint} opened={openId} active={active} onActive={setActive} onOpen={open} />
      <div class="inbox-side">
        {openId !== undefined ? (
          <CapturePane
            world={world}
            endpoint={endpoint}
            screen={{ ...screen, capture: openId } satisfies OpenScreen}
            actions={actions}
            wanted={wanted}
            onTarget={gotTarget}
            removing={removing}
            onRemoveClosed={() => setRemoving(false)}
            onRemoved={removed}
          />
        ) : isEmpty ? (
          <FirstRun world={world} endpoint={endpoint} />
        ) : shown.count > 0 ? (
          <NothingOpen world={world} endpoint={endpoint} />
        ) : null}
      </div>
    </div>
  )
}

function NothingOpen({ world, endpoint }: Pick<InboxScreenProps, 'world' | 'endpoint'>) {
  return (
    <Empty icon="inbox" title="Choose a capture">
      <p>
        <kbd>j</kbd> <kbd>k</kbd> to move, <kbd>Enter</kbd> to open, <kbd>?</kbd> for all keys
      </p>
      <p class="nothing-url">
        <code>{endpoint.url}</code> <CopyButton caption="Copy" label="Copy the capture URL" text={endpoint.url} />
      </p>
      <TestSender world={world} endpoint={endpoint} />
    </Empty>
  )
}
