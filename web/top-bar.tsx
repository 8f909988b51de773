/** The bar above everything: where you are, the address to give away, and whether the feed is live. */
import type { Endpoint } from '../shared/endpoint.ts'
import { nameOf, slugOf } from './names.ts'
import { count } from './format.ts'
import type { Theme } from './preferences.ts'
import { CopyButton } from './ui/copy.tsx'
import { Icon, type IconName } from './ui/icon.tsx'
import { Menu } from './ui/menu.tsx'
import type { World } from './world.ts'
import './top-bar.css'

interface TopBarProps {
  readonly world: World
  readonly endpoint: Endpoint | undefined
  readonly onNew: () => void
  readonly onHelp: () => void
}

export function TopBar({ world, endpoint, onNew, onHelp }: TopBarProps) {
  const { router } = world
  return (
    <header class="top-bar">
      <h1>
        <a href={router.href({ name: 'home' })} aria-label="Hookwell, start page">
          <Mark />
          <span class="top-name">hookwell</span>
        </a>
      </h1>
      <Switcher world={world} endpoint={endpoint} onNew={onNew} />
      {endpoint === undefined ? null : (
        <div class="top-url">
          <code>{endpoint.url}</code>
          <CopyButton look="icon" label="Copy the capture URL" text={endpoint.url} />
        </div>
      )}
      <div class="top-end">
        <Connection world={world} />
        <ThemeButton world={world} />
        <button type="button" data-look="icon" title="Keys (?)" onClick={onHelp} class="top-help">
          <span aria-hidden="true">?</span>
          <span class="visually-hidden">Keys</span>
        </button>
        {endpoint === undefined ? null : (
          <a
            class="button"
            data-look="icon"
            title="Endpoint settings"
            href={router.href({ name: 'settings', endpoint: slugOf(endpoint), section: 'general' })}
          >
            <Icon name="settings" />
            <span class="visually-hidden">Endpoint settings</span>
          </a>
        )}
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" class="top-mark">
      <rect width="32" height="32" rx="8" />
      <path d="M20 6v11.5a5.5 5.5 0 1 1-11 0V15l4 3.6" />
      <circle cx="20" cy="6.6" r="2.6" />
    </svg>
  )
}

function Switcher({ world, endpoint, onNew }: Pick<TopBarProps, 'world' | 'endpoint' | 'onNew'>) {
  const { router, endpoints } = world
  const name = endpoint === undefined ? 'Endpoints' : nameOf(endpoint)
  return (
    <Menu
      label={endpoint === undefined ? 'Endpoints' : `Endpoint: ${name}`}
      buttonClass="top-switch"
      caption={
        <>
          <span class="top-switch-name">{name}</span>
          <Icon name="down" />
        </>
      }
    >
      {endpoints.all.value.map((one) => (
        <a
          key={one.id}
          href={router.href({ name: 'inbox', endpoint: slugOf(one) })}
          aria-current={one.id === endpoint?.id ? 'true' : undefined}
        >
          <span class="top-menu-name">{nameOf(one)}</span>
          <span class="muted">{count(one.captures)}</span>
        </a>
      ))}
      <hr />
      <button type="button" onClick={onNew}>
        <Icon name="plus" />
        New endpoint
      </button>
      <a href={router.href({ name: 'endpoints' })}>
        <Icon name="inbox" />
        All endpoints
      </a>
      <a href={router.href({ name: 'rejections' })}>
        <Icon name="warning" />
        Rejected requests
      </a>
    </Menu>
  )
}

function Connection({ world }: { world: World }) {
  const state = world.feed.state.value
  const seconds = state.kind === 'down' ? Math.max(0, Math.ceil((state.retryAt - world.clock.now.value) / 1000)) : 0
  const words =
    state.kind === 'live' ? 'Live' : state.kind === 'connecting' ? 'Connecting…' : `Reconnecting… (${seconds} s)`
  return (
    <span class="connection" data-kind={state.kind} title={words}>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-words">{words}</span>
    </span>
  )
}

const NEXT: Record<Theme, { theme: Theme; icon: IconName; label: string }> = {
  system: { theme: 'light', icon: 'system', label: 'Theme: as the system has it' },
  light: { theme: 'dark', icon: 'sun', label: 'Theme: light' },
  dark: { theme: 'system', icon: 'moon', label: 'Theme: dark' },
}

/** From one theme to the next, by button and by key. */
export function nextTheme(world: World): void {
  world.preferences.setTheme(NEXT[world.preferences.theme.peek()].theme)
}

function ThemeButton({ world }: { world: World }) {
  const now = NEXT[world.preferences.theme.value]
  return (
    <button type="button" data-look="icon" title={`${now.label} (t)`} onClick={() => nextTheme(world)}>
      <Icon name={now.icon} />
      <span class="visually-hidden">{now.label}</span>
    </button>
  )
}
