/** The dialog behind `?`: what the keys do, and the switch that turns single letters off. */
import { SHORTCUTS } from './keys.ts'
import type { Preferences } from './preferences.ts'
import { Dialog } from './ui/dialog.tsx'
import { Check } from './ui/field.tsx'
import './shortcuts.css'

export function Shortcuts({ preferences, onClose }: { preferences: Preferences; onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="shortcuts">
        {SHORTCUTS.map((shortcut) => (
          <div key={shortcut.action}>
            <dt>{shown(shortcut.keys)}</dt>
            <dd>{shortcut.label}</dd>
          </div>
        ))}
      </dl>
      <Check
        label="Use single keys"
        hint="Switch them off if letters reach the page by slip or by voice."
        checked={preferences.keys.value}
        onChange={preferences.setKeys}
      />
    </Dialog>
  )
}

const SIGNS: Readonly<Record<string, string>> = { Escape: 'Esc', Backspace: '⌫', Delete: 'Del', R: 'Shift r' }

function shown(keys: readonly string[]) {
  const [first, ...rest] = keys
  const last = rest.at(-1)
  return (
    <>
      <kbd>{SIGNS[first ?? ''] ?? first}</kbd>
      {last === undefined ? null : rest.length > 1 ? ' to ' : ' or '}
      {last === undefined ? null : <kbd>{SIGNS[last] ?? last}</kbd>}
    </>
  )
}
