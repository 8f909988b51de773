/** A labelled choice among a few, each with its words. */
import type { ComponentChildren } from 'preact'
import { Field } from './field.tsx'

interface SelectFieldProps<T extends string> {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  readonly value: T
  readonly options: Readonly<Partial<Record<T, string>>>
  readonly onChange: (value: T) => void
}

export function SelectField<T extends string>({ label, hint, error, value, options, onChange }: SelectFieldProps<T>) {
  const names = Object.keys(options) as T[] // Object.keys loses the key type
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(parts) => (
        <select
          {...parts}
          value={value}
          onChange={(event) => {
            const chosen = names.find((name) => name === event.currentTarget.value)
            if (chosen !== undefined) onChange(chosen)
          }}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {options[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
