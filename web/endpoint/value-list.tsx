/** Several values of one kind, a field each: secrets while one is being rotated, or public keys. */
import { useState } from 'preact/hooks'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { SecretField } from '../ui/secret-field.tsx'
import type { Warning } from './secret-warnings.ts'

interface ValueListProps {
  /** Of one value; the second is called by it and its number. */
  readonly label: string
  readonly hint: string
  readonly addCaption: string
  readonly values: readonly string[]
  /** Keys that span lines get room for them. */
  readonly multiline: boolean
  readonly placeholder?: string | undefined
  readonly warningOf: (value: string) => Warning | undefined
  readonly errorAt: (index: number) => string | undefined
  readonly onChange: (values: readonly string[]) => void
}

/** As many as the API takes. */
const MOST = 10

export function ValueList({ label, hint, addCaption, values, onChange, ...field }: ValueListProps) {
  const put = (index: number, value: string) => onChange(values.map((one, at) => (at === index ? value : one)))
  return (
    <div class="value-list">
      {values.map((value, index) => (
        <Value
          key={String(index)}
          label={index === 0 ? label : `${label} ${index + 1}`}
          hint={index === 0 ? hint : undefined}
          value={value}
          {...field}
          error={field.errorAt(index)}
          onText={(text) => put(index, text)}
          onRemove={values.length < 2 ? undefined : () => onChange(values.filter((_, at) => at !== index))}
        />
      ))}
      {values.length < MOST && values.at(-1) !== '' ? (
        <div>
          <button type="button" data-look="quiet" onClick={() => onChange([...values, ''])}>
            <Icon name="plus" />
            {addCaption}
          </button>
        </div>
      ) : null}
    </div>
  )
}

interface ValueProps extends Pick<ValueListProps, 'label' | 'multiline' | 'placeholder' | 'warningOf'> {
  readonly hint: string | undefined
  readonly value: string
  readonly error: string | undefined
  readonly onText: (text: string) => void
  readonly onRemove: (() => void) | undefined
}

function Value({ label, hint, value, multiline, placeholder, warningOf, error, onText, onRemove }: ValueProps) {
  // A field of one line drops line breaks by itself, so what was pasted is looked at before.
  const [cut, setCut] = useState(false)
  const warning = warningOf(value)
  const said = { label, ...(hint === undefined ? {} : { hint }), error, value }
  return (
    <div onPaste={(event) => setCut(!multiline && /[\r\n]/.test(event.clipboardData?.getData('text') ?? ''))}>
      <div class="value-row">
        {multiline ? (
          <Field {...said}>
            {(parts) => (
              <textarea
                {...parts}
                rows={5}
                spellcheck={false}
                autocomplete="off"
                autocapitalize="none"
                placeholder={placeholder}
                value={value}
                onInput={(event) => onText(event.currentTarget.value)}
              />
            )}
          </Field>
        ) : (
          <SecretField {...said} onText={onText} />
        )}
        {onRemove === undefined ? null : (
          <button type="button" data-look="icon" aria-label={`Remove ${label}`} title="Remove" onClick={onRemove}>
            <Icon name="cross" />
          </button>
        )}
      </div>
      <output class="value-warning">
        {warning !== undefined ? (
          <>
            <Icon name="warning" />
            <span>{warning.text}</span>
            {warning.better === undefined ? null : (
              <button type="button" onClick={() => onText(warning.better ?? value)}>
                Take it off
              </button>
            )}
          </>
        ) : cut && value !== '' ? (
          <>
            <Icon name="warning" />
            <span>What was pasted had a line break in it, which was left out.</span>
          </>
        ) : null}
      </output>
    </div>
  )
}
