/** The line above a view: a note on what is shown, and what can be done with it. */
import type { ComponentChildren } from 'preact'
import './bar.css'

export function Bar({ note, children }: { note: string; children: ComponentChildren }) {
  return (
    <div class="bar">
      <p class="muted">{note}</p>
      {children}
    </div>
  )
}
