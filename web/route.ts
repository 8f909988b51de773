/** URL → screen and back. What a link could say (screen, opened capture, tab) lives in the URL and nowhere else. */
import { createModel, signal } from '@preact/signals'

export const TABS = ['overview', 'body', 'headers', 'query', 'signature', 'deliveries', 'raw'] as const
export type Tab = (typeof TABS)[number]

export const BODY_FORMS = ['pretty', 'form', 'text', 'hex'] as const
export type BodyForm = (typeof BODY_FORMS)[number]

export const SECTIONS = ['general', 'signature', 'answer', 'retention', 'danger'] as const
export type Section = (typeof SECTIONS)[number]

export type Screen =
  | { readonly name: 'home' }
  /** `endpoint` is an alias or an id, as the URL has it. */
  | {
      readonly name: 'inbox'
      readonly endpoint: string
      readonly capture?: string
      readonly tab?: Tab
      readonly as?: BodyForm
      /** Whether the scheme is to be looked for, in the signature's tab. */
      readonly find?: boolean
    }
  | {
      readonly name: 'settings'
      readonly endpoint: string
      readonly section: Section
      /** A scheme to begin with in the signature's settings, where a link proposes one. */
      readonly scheme?: string
    }
  | { readonly name: 'endpoints' }
  | { readonly name: 'rejections' }
  | { readonly name: 'unknown'; readonly path: string }

/** @param path below the base, beginning with a slash */
export function parseRoute(path: string, search: string): Screen {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
  const [first, endpoint, third, fourth] = parts
  if (first === undefined) return { name: 'home' }
  if (parts.length === 1 && first === 'endpoints') return { name: 'endpoints' }
  if (parts.length === 1 && first === 'rejections') return { name: 'rejections' }
  if (first === 'e' && endpoint !== undefined) {
    if (parts.length === 2) return { name: 'inbox', endpoint }
    if (parts.length === 4 && third === 'c' && fourth !== undefined) return opened(endpoint, fourth, search)
    if (parts.length <= 4 && third === 'settings') {
      const section = one(SECTIONS, fourth ?? 'general')
      if (section !== undefined) return { name: 'settings', endpoint, section, ...proposed(search) }
    }
  }
  return { name: 'unknown', path }
}

/** The path and query of a screen, below the base. */
export function formatRoute(screen: Screen): string {
  switch (screen.name) {
    case 'home':
      return '/'
    case 'endpoints':
      return '/endpoints'
    case 'rejections':
      return '/rejections'
    case 'unknown':
      return screen.path
    case 'settings': {
      const settings = `/e/${encodeURIComponent(screen.endpoint)}/settings/${screen.section}`
      return screen.scheme === undefined ? settings : `${settings}?${new URLSearchParams({ scheme: screen.scheme })}`
    }
    case 'inbox': {
      const inbox = `/e/${encodeURIComponent(screen.endpoint)}`
      if (screen.capture === undefined) return inbox
      const query = new URLSearchParams()
      if (screen.tab !== undefined && screen.tab !== 'overview') query.set('tab', screen.tab)
      if (screen.as !== undefined) query.set('as', screen.as)
      if (screen.find === true) query.set('find', '1')
      const search = query.toString()
      return `${inbox}/c/${encodeURIComponent(screen.capture)}${search === '' ? '' : `?${search}`}`
    }
  }
}

/** @param base where the page is mounted: `/`, or the path a proxy gives it, with a slash at its end */
export const Router = createModel((base: string) => {
  const read = () => parseRoute(location.pathname.slice(base.length - 1), location.search)
  const screen = signal<Screen>(read())
  /** Where somebody wanted to go while what was written here is not saved. */
  const held = signal<Screen | undefined>(undefined)
  let unsaved = false
  const href = (to: Screen) => base.slice(0, -1) + formatRoute(to)
  const show = (to: Screen, write: 'pushState' | 'replaceState') => {
    const url = href(to)
    const isElsewhere = url !== location.pathname + location.search
    if (unsaved && isElsewhere) {
      held.value = to
      return
    }
    if (isElsewhere) history[write](null, '', url)
    screen.value = to
  }
  addEventListener('popstate', () => {
    const to = read()
    if (unsaved && href(to) !== href(screen.peek())) {
      // The browser is there already: it is brought back until it is said what is to become of the changes.
      history.pushState(null, '', href(screen.peek()))
      held.value = to
    } else screen.value = to
  })
  document.addEventListener('click', (event) => {
    const to = internalLink(event, base)
    if (to === undefined) return
    event.preventDefault()
    show(to, 'pushState')
  })
  const ask = (event: BeforeUnloadEvent) => event.preventDefault()
  const hold = (on: boolean) => {
    unsaved = on
    // Only while it is needed: pages that may ask are not kept for "back" by the browser.
    if (on) addEventListener('beforeunload', ask)
    else removeEventListener('beforeunload', ask)
  }
  return {
    screen,
    held,
    href,
    go: (to: Screen) => show(to, 'pushState'),
    replace: (to: Screen) => show(to, 'replaceState'),
    /** Whether leaving would lose something: then it is asked first, by whoever looks at `held`. */
    hold,
    stay() {
      held.value = undefined
    },
    leave() {
      const to = held.peek()
      hold(false)
      held.value = undefined
      if (to !== undefined) show(to, 'pushState')
    },
  }
})
export type Router = InstanceType<typeof Router>

/** The screen a plain click on one of our own links leads to; anything else is left to the browser. */
function internalLink(event: MouseEvent, base: string): Screen | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null || link.target !== '' || link.hasAttribute('download')) return undefined
  if (link.origin !== location.origin || !link.pathname.startsWith(base)) return undefined
  const screen = parseRoute(link.pathname.slice(base.length - 1), link.search)
  return screen.name === 'unknown' ? undefined : screen
}

function opened(endpoint: string, capture: string, search: string): Screen {
  const query = new URLSearchParams(search)
  const tab = one(TABS, query.get('tab'))
  const as = one(BODY_FORMS, query.get('as'))
  return {
    name: 'inbox',
    endpoint,
    capture,
    ...(tab === undefined || tab === 'overview' ? {} : { tab }),
    ...(as === undefined ? {} : { as }),
    ...(query.get('find') === '1' ? { find: true } : {}),
  }
}

function proposed(search: string): { scheme?: string } {
  const scheme = new URLSearchParams(search).get('scheme')
  return scheme === null || scheme === '' ? {} : { scheme }
}

function one<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((item) => item === value)
}

/** A segment that is no valid percent-encoding means itself. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
