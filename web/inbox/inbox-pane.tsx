/** The list: only the rows that can be seen, kept still under the reader's eyes while new captures arrive. */
import { useEffect, useLayoutEffect } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import { slugOf } from '../names.ts'
import { count, lasting, plural } from '../format.ts'
import { Empty } from '../ui/empty.tsx'
import { Icon } from '../ui/icon.tsx'
import { useVirtual } from '../ui/use-virtual.ts'
import type { World } from '../world.ts'
import { CaptureRow } from './capture-row.tsx'
import './inbox-pane.css'

/** Pixels; equal to the row's height in the style sheet. */
const ROW_HEIGHT = 52

interface InboxPaneProps {
  readonly world: World
  readonly endpoint: Endpoint
  /** The capture that is open beside the list. */
  readonly opened: string | undefined
  /** The row that keys act on. */
  readonly active: string | undefined
  readonly onActive: (id: string) => void
  readonly onOpen: (id: string) => void
}

export function InboxPane({ world, endpoint, opened, active, onActive, onOpen }: InboxPaneProps) {
  const { inbox, router } = world
  const shown = inbox.shown.value
  const phase = inbox.phase.value
  const held = inbox.waiting.value
  const now = world.clock.now.value
  const list = useVirtual<HTMLDivElement>(shown.count, ROW_HEIGHT)
  const { from, to } = list.slice
  const atTop = list.scrollTop < ROW_HEIGHT / 2

  // What arrives while something is open or the list was scrolled must wait; else it may appear in place.
  useLayoutEffect(() => {
    const reading = !atTop || opened !== undefined
    inbox.setReading(reading)
    if (!reading) inbox.showNew()
  }, [inbox, atTop, opened])

  useEffect(() => {
    void inbox.need(from, to)
    if (to + 20 >= shown.count) void inbox.older()
  }, [inbox, from, to, shown])

  const activeIndex = active === undefined ? -1 : shown.indexOf(active)
  // Scrolls when another row becomes active, not when the list changes
  useLayoutEffect(() => {
    if (activeIndex >= 0) list.show(activeIndex)
  }, [active])

  const showNew = () => {
    inbox.showNew()
    list.toTop()
  }
  const rows: number[] = []
  for (let index = from; index < to; index++) rows.push(index)
  // The active row stays in the page even when it is scrolled away: what is announced as active must exist.
  if (activeIndex >= 0 && (activeIndex < from || activeIndex >= to)) rows.push(activeIndex)
  const rowId = (index: number) => `row-${shown.idAt(index) ?? index}`

  return (
    <nav class="inbox-pane" aria-label="Captures">
      {held > 0 ? (
        <button type="button" class="inbox-new" data-look="primary" onClick={showNew}>
          <Icon name="up" />
          {count(held)} new <span class="inbox-key">.</span>
        </button>
      ) : null}
      <div
        ref={list.ref}
        class="inbox-list"
        role="listbox"
        id="capture-list"
        aria-label={`Captures of this endpoint, newest first`}
        tabIndex={0}
        aria-activedescendant={activeIndex >= 0 ? rowId(activeIndex) : undefined}
        aria-busy={phase.kind === 'loading'}
        onScroll={list.onScroll}
        onKeyDown={(event) => {
          const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / ROW_HEIGHT) - 1)
          const next = target(event.key, activeIndex, shown.count, page)
          if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
          event.preventDefault()
          const id = shown.idAt(next)
          if (id !== undefined) onActive(id)
        }}
        onClick={(event) => {
          const row = event.target instanceof Element ? event.target.closest('[role="option"]') : null
          const id = row?.id.slice('row-'.length)
          if (id !== undefined && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault()
            onOpen(id)
          }
        }}
      >
        <div class="inbox-space" role="presentation" style={{ height: `${list.height}px` }}>
          {rows.map((index) => {
            const capture = shown.at(index)
            const id = shown.idAt(index)
            if (capture === undefined || id === undefined) {
              return (
                <div
                  key={id ?? String(index)}
                  class="capture-row"
                  role="option"
                  tabIndex={-1}
                  aria-selected="false"
                  aria-label="Loading"
                  style={{ transform: `translateY(${list.topOf(index)}px)` }}
                />
              )
            }
            return (
              <CaptureRow
                key={id}
                id={rowId(index)}
                capture={capture}
                href={router.href({ name: 'inbox', endpoint: slugOf(endpoint), capture: id })}
                open={id === opened}
                active={index === activeIndex}
                position={index}
                count={shown.count}
                top={list.topOf(index)}
                now={now}
              />
            )
          })}
        </div>
      </div>
      {shown.count === 0 ? <NoRows world={world} /> : null}
      <Foot world={world} endpoint={endpoint} />
    </nav>
  )
}

function NoRows({ world }: { world: World }) {
  const { inbox } = world
  const phase = inbox.phase.value
  if (phase.kind === 'failed') {
    return (
      <Empty icon="warning" title="The list could not be read">
        <p>{phase.why}</p>
        <button type="button" onClick={() => void inbox.reload()}>
          Try again
        </button>
      </Empty>
    )
  }
  if (phase.kind === 'loading') return <div class="inbox-skeleton" aria-hidden="true" />
  return (
    <Empty icon="inbox" title="Waiting for the first request">
      <p>Whatever is sent to this endpoint appears here at once.</p>
    </Empty>
  )
}

function Foot({ world, endpoint }: { world: World; endpoint: Endpoint }) {
  const fresh = world.rejections.fresh.value
  const usual = world.version.value?.keep.forMs
  const keep = endpoint.keep?.for ?? (usual === undefined ? undefined : lasting(usual))
  return (
    <p class="inbox-foot">
      <span>
        {plural(endpoint.captures, 'capture')}
        {keep === undefined ? '' : ` · kept ${keep}`}
      </span>
      <a href={world.router.href({ name: 'rejections' })}>
        {fresh > 0 ? `Rejected (${count(fresh)} new)` : 'Rejected'}
      </a>
    </p>
  )
}

function target(key: string, at: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined
  const bound = (index: number) => Math.min(count - 1, Math.max(0, index))
  if (key === 'ArrowDown') return bound(at + 1)
  if (key === 'ArrowUp') return bound(at < 0 ? 0 : at - 1)
  if (key === 'PageDown') return bound(at + page)
  if (key === 'PageUp') return bound(at - page)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
