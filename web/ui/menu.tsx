/** A button with a popover below it. The browser closes it on Escape and on a click elsewhere. */
import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import './menu.css'

interface MenuProps {
  readonly caption: ComponentChildren
  readonly label: string
  readonly look?: 'quiet' | 'icon'
  readonly buttonClass?: string
  readonly children: ComponentChildren
}

export function Menu({ caption, label, look, buttonClass, children }: MenuProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement | null>(null)
  const panel = useRef<HTMLDivElement | null>(null)
  const place = () => {
    if (button.current === null || panel.current === null) return
    const box = button.current.getBoundingClientRect()
    const width = panel.current.offsetWidth
    panel.current.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`
    panel.current.style.top = `${box.bottom + 4}px`
  }
  const walk = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const items = [...(panel.current?.querySelectorAll<HTMLElement>('a, button') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement) // only to find it among the items
    const step = event.key === 'ArrowDown' ? 1 : -1
    items[(at + step + items.length) % items.length]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <button ref={button} type="button" popoverTarget={id} data-look={look} class={buttonClass} aria-label={label}>
        {caption}
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        class="menu"
        role="group"
        aria-label={label}
        onKeyDown={walk}
        onToggle={(event) => {
          if (event.newState !== 'open') return
          place()
          panel.current?.querySelector<HTMLElement>('a, button')?.focus()
        }}
        onClick={(event) => {
          // What was chosen is done; the menu has no more to say.
          if (event.target instanceof Element && event.target.closest('a, button') !== null)
            panel.current?.hidePopover()
        }}
      >
        {children}
      </div>
    </>
  )
}
