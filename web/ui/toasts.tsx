/** Short notes about what just happened. They stay long enough to be read twice and can be sent away. */
import { createModel, signal } from '@preact/signals'
import { Icon } from './icon.tsx'
import './toasts.css'

/** Milliseconds; WCAG asks for time enough, and an error may have to be copied. */
const STAYS_MS = 10_000

export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'failed'
  readonly text: string
}

export const Toasts = createModel(() => {
  const shown = signal<readonly Toast[]>([])
  let next = 1
  const dismiss = (id: number) => {
    shown.value = shown.value.filter((toast) => toast.id !== id)
  }
  return {
    shown,
    dismiss,
    /** The same sentence twice is shown once, with its time begun anew. */
    say(kind: Toast['kind'], text: string) {
      const id = next++
      shown.value = [...shown.value.filter((toast) => toast.text !== text).slice(-3), { id, kind, text }]
      setTimeout(() => dismiss(id), STAYS_MS)
    },
  }
})

export function ToastList({ toasts }: { toasts: InstanceType<typeof Toasts> }) {
  return (
    <section class="toasts" aria-label="Notes" aria-live="polite">
      {toasts.shown.value.map((toast) => (
        <div class="toast" key={toast.id} data-kind={toast.kind}>
          <Icon name={toast.kind === 'done' ? 'check' : 'warning'} />
          <p>{toast.text}</p>
          <button type="button" data-look="icon" aria-label="Dismiss" onClick={() => toasts.dismiss(toast.id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </section>
  )
}
