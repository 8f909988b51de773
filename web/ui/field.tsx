/** A labelled input with its hint and its error, tied together for those who hear the page. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './field.css'

/** What the input inside a field must carry. */
interface FieldParts {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: 'true'
}

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  readonly children: (parts: FieldParts) => ComponentChildren
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`]
    .filter((part) => part !== '')
    .join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
      })}
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly onText: (text: string) => void
  readonly type?: 'text' | 'number' | 'url'
  readonly placeholder?: string | undefined
  readonly required?: boolean | undefined
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  /** Names and code: no browser mends them. */
  readonly verbatim?: boolean
}

/** A field of one line of text. */
export function TextField({ label, hint, error, value, onText, verbatim = false, ...more }: TextFieldProps) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(parts) => (
        <input
          {...parts}
          {...(more as { type?: 'text' })} // Preact types each kind of input apart; which one it is matters to nothing here
          {...(verbatim ? { spellcheck: false, autocapitalize: 'none' } : {})}
          value={value}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

interface CheckProps {
  readonly label: ComponentChildren
  readonly hint?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function Check({ label, hint, checked, onChange }: CheckProps) {
  const id = useId()
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
