/** What stands where nothing is yet: a sentence on why, and what to do next. */
import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import './empty.css'

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}
