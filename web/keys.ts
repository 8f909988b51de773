/** The keys of the page: one table, shown by `?` and acted on everywhere but where text is typed. */

export type KeyAction =
  | 'next'
  | 'previous'
  | 'open'
  | 'close'
  | 'focusList'
  | 'showNew'
  | 'replay'
  | 'chooseTarget'
  | 'pin'
  | 'toggleRead'
  | 'remove'
  | 'tab'
  | 'theme'
  | 'help'

interface Shortcut {
  readonly keys: readonly string[]
  readonly action: KeyAction
  readonly label: string
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['j'], action: 'next', label: 'Next capture' },
  { keys: ['k'], action: 'previous', label: 'Previous capture' },
  { keys: ['Enter'], action: 'open', label: 'Open the marked capture' },
  { keys: ['Escape'], action: 'close', label: 'Close it, back to the list' },
  { keys: ['/'], action: 'focusList', label: 'Go to the list' },
  { keys: ['.'], action: 'showNew', label: 'Show new captures and go to the top' },
  { keys: ['r'], action: 'replay', label: 'Replay to the last target' },
  { keys: ['R'], action: 'chooseTarget', label: 'Replay elsewhere: choose the target' },
  { keys: ['s'], action: 'pin', label: 'Pin or unpin' },
  { keys: ['u'], action: 'toggleRead', label: 'Mark read or unread' },
  { keys: ['Backspace', 'Delete'], action: 'remove', label: 'Delete' },
  { keys: ['1', '2', '3', '4', '5', '6', '7'], action: 'tab', label: 'Sides of the capture, from Overview to Raw' },
  { keys: ['t'], action: 'theme', label: 'Light, dark, or as the system has it' },
  { keys: ['?'], action: 'help', label: 'These keys' },
]

/** What a key means here; undefined where it belongs to the field, the button or the browser. */
export function actionOf(event: KeyboardEvent): KeyAction | undefined {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined
  const target = event.target
  if (target instanceof HTMLElement) {
    // Escape leaves the field first, then what is open.
    if (
      event.key === 'Escape' &&
      target.closest('input, textarea, select') !== null &&
      target.closest('dialog, [popover]') === null
    )
      target.blur()
    if (target.isContentEditable || target.closest('input, textarea, select, dialog, [popover]') !== null)
      return undefined
    // Enter presses what has the focus; only the list has nothing of its own to press.
    if (event.key === 'Enter' && target.closest('a, button, summary') !== null) return undefined
  }
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(event.key))?.action
}
