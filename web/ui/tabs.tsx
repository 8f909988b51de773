/** Tabs with a roving tab stop: one key stop for all of them, arrows to move (ARIA authoring practices, "tabs"). */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import './tabs.css'

interface Tab<Id extends string> {
  readonly id: Id
  readonly label: string
  /** A count or a mark behind the label. */
  readonly note?: string
}

interface TabsProps<Id extends string> {
  readonly label: string
  /** Tells these tabs from others on the same page. */
  readonly name?: string
  readonly tabs: readonly Tab<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
  readonly children: ComponentChildren
}

export function Tabs<Id extends string>({ label, name = 'tab', tabs, selected, onSelect, children }: TabsProps<Id>) {
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === selected)
    const to = target(event.key, at, tabs.length)
    const tab = to === undefined ? undefined : tabs[to]
    if (tab === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onSelect(tab.id)
    document.getElementById(`${name}-${tab.id}`)?.focus()
  }
  useEffect(() => {
    document.getElementById(`${name}-${selected}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [name, selected])
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${name}-${tab.id}`}
            aria-selected={tab.id === selected}
            aria-controls={`${name}-panel`}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.label}
            {tab.note === undefined ? null : <span class="tab-note">{tab.note}</span>}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel is a key stop, so that it can be scrolled (ARIA authoring practices) */}
      <div class="tab-panel" role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${selected}`} tabIndex={0}>
        {children}
      </div>
    </div>
  )
}

function target(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at - 1 + count) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
