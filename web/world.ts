/** Builds the models once and ties the feed to them. What several screens do is done here. */
import { batch, effect, signal } from '@preact/signals'
import type { CaptureSummary } from '../shared/capture.ts'
import type { Endpoint } from '../shared/endpoint.ts'
import type { SchemeEntry } from '../shared/scheme.ts'
import type { FeedEvent } from '../shared/feed.ts'
import { Announcer } from './announcer.tsx'
import { ApiError, createApi, sentence, type Version } from './api.ts'
import { Opened } from './capture/opened.ts'
import { Clock } from './clock.ts'
import { Endpoints } from './endpoint/endpoints.ts'
import { findEndpoint, slugOf } from './names.ts'
import { Feed } from './feed.ts'
import { plural } from './format.ts'
import { Inbox } from './inbox/inbox.ts'
import { Rejections } from './inbox/rejections.ts'
import { keepTitle } from './title.ts'
import { Preferences, saveToken, takeToken } from './preferences.ts'
import { Router } from './route.ts'
import { Toasts } from './ui/toasts.tsx'

export function createWorld() {
  const base = document.querySelector<HTMLMetaElement>('meta[name="hookwell-base"]')?.content ?? '/'
  let token = takeToken()
  const refused = signal(false)
  const api = createApi(
    base,
    () => token,
    () => {
      refused.value = true
    },
  )
  const router = new Router(base)
  const preferences = new Preferences()
  const toasts = new Toasts()
  const clock = new Clock()
  const announcer = new Announcer()
  const endpoints = new Endpoints(api)
  const inbox = new Inbox(api)
  const opened = new Opened(api)
  const rejections = new Rejections(api)
  const version = signal<Version | undefined>(undefined)
  /** The version now running, where it is not the one this page was built for. */
  const newer = signal<string | undefined>(undefined)
  const schemes = signal<readonly SchemeEntry[]>([])
  let schemesComing: Promise<void> | undefined
  /** Endpoints whose first capture was already opened by itself: that happens once. */
  const greeted = new Set<string>()

  const feed = new Feed(api.openFeed, {
    take: (events) => batch(() => take(events)),
    caughtUp: (missed) => {
      if (missed === undefined) {
        toasts.say('done', 'Connected again: everything was read anew')
        announcer.say('Connected again, everything was read anew')
      } else {
        toasts.say('done', missed === 0 ? 'Connected again: nothing was missed' : `Caught up: ${missed} missed`)
        announcer.say(`Connected again, ${plural(missed, 'missed capture')}`)
      }
      void checkVersion()
    },
    reset: () => void readAnew(),
  })

  function take(events: FeedEvent[]): void {
    const before = inbox.shown.peek().count
    endpoints.take(events)
    inbox.take(events)
    opened.take(events)
    rejections.take(events)
    const here = inbox.endpoint.peek()
    const arrived = events.flatMap((event) =>
      event.type === 'capture' && event.endpoint === here ? [event.capture] : [],
    )
    if (arrived.length === 0) return
    announcer.arrived(arrived.length)
    if (before === 0) greet(arrived)
  }

  /** The first capture of an endpoint that nobody has seen anything of yet opens itself. */
  function greet(arrived: readonly CaptureSummary[]): void {
    const screen = router.screen.peek()
    const first = arrived[0]
    if (first === undefined || screen.name !== 'inbox' || screen.capture !== undefined) return
    if (greeted.has(first.endpoint) || inbox.phase.peek().kind !== 'ready') return
    greeted.add(first.endpoint)
    if (matchMedia('(min-width: 700px)').matches) router.go({ ...screen, capture: first.id })
  }

  async function checkVersion(): Promise<void> {
    try {
      const now = await api.version()
      if (version.peek() !== undefined && version.peek()?.version !== now.version) newer.value = now.version
      version.value ??= now
    } catch {
      // Asked again at the next reconnect; nothing on the page waits for it.
    }
  }

  async function start(): Promise<void> {
    refused.value = false
    const [from] = await Promise.all([endpoints.load(), checkVersion()])
    if (refused.peek()) return
    startAfter(from)
    feed.connect()
  }

  /** The endpoints are read first: whatever else is read later is at least as new, so the feed goes on from them for all. */
  async function readAnew(): Promise<void> {
    const from = await endpoints.load()
    await Promise.all([inbox.reload(), opened.reload(), rejections.reload()])
    // A list that could not be read is read after the next cut, which then has no cursor either.
    if (inbox.phase.peek().kind !== 'failed') startAfter(from)
  }

  function startAfter(seq: number | undefined): void {
    if (seq === undefined) return
    rejections.startAfter(seq)
    feed.know(seq)
  }

  /** The endpoint the URL names; on the start page the one that was open last. */
  function currentEndpoint(): Endpoint | undefined {
    const screen = router.screen.value
    const all = endpoints.all.value
    if (screen.name === 'inbox' || screen.name === 'settings') return findEndpoint(all, screen.endpoint)
    return findEndpoint(all, preferences.lastEndpoint() ?? '') ?? all[0]
  }

  effect(() => {
    const screen = router.screen.value
    const endpoint = currentEndpoint()
    if (endpoint === undefined) return
    if (screen.name === 'home') router.replace({ name: 'inbox', endpoint: slugOf(endpoint) })
    if (screen.name !== 'inbox') return
    preferences.setLastEndpoint(endpoint.id)
    void inbox.open(endpoint.id)
    void opened.open(screen.capture)
  })
  keepTitle(router, inbox, currentEndpoint)

  /** Says what went wrong where an action fails; resolves with undefined then. */
  async function attempt<T>(action: Promise<T>): Promise<T | undefined> {
    try {
      return await action
    } catch (error) {
      toasts.say('failed', sentence(error))
      return undefined
    }
  }

  return {
    api,
    /** Empty until `needSchemes` has fetched them. */
    schemes,
    needSchemes() {
      schemesComing ??= attempt(api.schemes()).then((all) => {
        if (all === undefined) schemesComing = undefined
        else schemes.value = all
      })
      return schemesComing
    },
    router,
    preferences,
    toasts,
    clock,
    announcer,
    endpoints,
    inbox,
    opened,
    rejections,
    feed,
    version,
    newer,
    refused,
    start,
    attempt,
    currentEndpoint,
    /** Tries a token, keeps it where it is accepted, and begins anew with it. Resolves with what is wrong with it, if anything. */
    async useToken(next: string): Promise<string | undefined> {
      token = next
      try {
        await api.version()
      } catch (error) {
        return error instanceof ApiError && error.status === 401 ? 'This token was not accepted.' : sentence(error)
      }
      saveToken(next)
      await start()
      return undefined
    },
  }
}
export type World = ReturnType<typeof createWorld>
