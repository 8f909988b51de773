/** What this browser remembers: theme, last endpoint, replay targets, whether single keys act. Shared by all tabs of the page. */
import { createModel, effect, signal } from '@preact/signals'
import type { Replay } from '../shared/delivery.ts'

export type Theme = 'system' | 'light' | 'dark'

/** Where captures of an endpoint are sent on to. */
export interface Destination {
  /** As it was typed; empty where none was yet. */
  readonly url: string
  /** Whether the capture's own path and query go behind it; absent where that was never chosen. */
  readonly append?: boolean
  /** What becomes of the signature; absent: it goes out as it came. */
  readonly signing?: SigningChoice
}

export interface SigningChoice extends Pick<Replay, 'newId' | 'bodyTime'> {
  readonly sign: 'resign' | 'strip' | 'corrupt'
}

const PREFIX = 'hookwell.'

export const Preferences = createModel(() => {
  const theme = signal<Theme>(asTheme(load('theme')))
  const keys = signal(load('keys') !== 'off')
  const targets = signal<Readonly<Record<string, Destination>>>(asTargets(load('targets')))

  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme.value
  })
  addEventListener('storage', (event) => {
    if (event.key === `${PREFIX}theme`) theme.value = asTheme(event.newValue)
    if (event.key === `${PREFIX}keys`) keys.value = event.newValue !== 'off'
    if (event.key === `${PREFIX}targets`) targets.value = asTargets(event.newValue)
  })

  return {
    theme,
    /** Whether single letters act. They can be switched off, because speech input and slips type letters too (WCAG 2.1.4). */
    keys,
    /** Where to replay to, by endpoint id. */
    targets,
    setTheme(next: Theme) {
      theme.value = next
      save('theme', next)
    },
    setKeys(on: boolean) {
      keys.value = on
      save('keys', on ? 'on' : 'off')
    },
    setTarget(endpoint: string, target: Destination) {
      targets.value = { ...targets.value, [endpoint]: target }
      save('targets', JSON.stringify(targets.value))
    },
    lastEndpoint: () => load('endpoint'),
    setLastEndpoint: (id: string) => save('endpoint', id),
  }
})
export type Preferences = InstanceType<typeof Preferences>

/** The inspector's token, handed over in the fragment (`#t=…`), which is never sent, logged or passed on. */
export function takeToken(): string | undefined {
  const handed = new URLSearchParams(location.hash.slice(1)).get('t')
  if (handed !== null) {
    saveToken(handed)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return load('token') ?? undefined
}

export function saveToken(token: string): void {
  save('token', token)
}

/** Storage may be switched off; then nothing is remembered and all else goes on. */
function load(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

function save(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // Full or forbidden: the setting holds until the page is left.
  }
}

function asTheme(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}

function asTargets(text: string | null): Record<string, Destination> {
  try {
    const read: unknown = JSON.parse(text ?? '{}')
    if (typeof read !== 'object' || read === null) return {}
    return Object.fromEntries(
      Object.entries(read).flatMap(([endpoint, kept]) => {
        const target = asDestination(kept)
        return target === undefined ? [] : [[endpoint, target]]
      }),
    )
  } catch {
    return {}
  }
}

function asDestination(kept: unknown): Destination | undefined {
  if (typeof kept !== 'object' || kept === null || !('url' in kept) || typeof kept.url !== 'string') return undefined
  const append = 'append' in kept && typeof kept.append === 'boolean' ? kept.append : undefined
  const signing = 'signing' in kept ? asSigning(kept.signing) : undefined
  return {
    url: kept.url,
    ...(append === undefined ? {} : { append }),
    ...(signing === undefined ? {} : { signing }),
  }
}

function asSigning(kept: unknown): SigningChoice | undefined {
  if (typeof kept !== 'object' || kept === null || !('sign' in kept)) return undefined
  const { sign } = kept
  if (sign !== 'resign' && sign !== 'strip' && sign !== 'corrupt') return undefined
  return {
    sign,
    ...('newId' in kept && kept.newId === true ? { newId: true } : {}),
    ...('bodyTime' in kept && kept.bodyTime === true ? { bodyTime: true } : {}),
  }
}
