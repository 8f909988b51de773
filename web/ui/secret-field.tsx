/** A field for a secret: hidden from whoever looks on, shown when asked, and never remembered by the browser. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Field } from './field.tsx'
import './secret-field.css'

interface SecretFieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  readonly value: string
  readonly onText: (text: string) => void
  readonly required?: boolean
}

export function SecretField({ label, hint, error, value, onText, required }: SecretFieldProps) {
  const [isShown, setShown] = useState(false)
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(parts) => (
        <div class="secret-field">
          <input
            {...parts}
            {...({ type: isShown ? 'text' : 'password' } as { type: 'text' })} // Preact types each kind of input apart
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            required={required ?? false}
            value={value}
            onInput={(event) => onText(event.currentTarget.value)}
          />
          <button
            type="button"
            data-look="quiet"
            aria-pressed={isShown}
            aria-label="Show what is typed"
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </button>
        </div>
      )}
    </Field>
  )
}
