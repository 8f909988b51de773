/** Other ways to a row than writing it: beginning with one of the table, or taking it over as JSON. */
import { useState } from 'preact/hooks'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import type { ChoiceGroup } from '../ui/choices.ts'
import { Combobox } from '../ui/combobox.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Field } from '../ui/field.tsx'
import { readScheme } from './scheme-edit.ts'

interface StartFromProps {
  readonly schemes: readonly SchemeEntry[]
  readonly onChange: (scheme: Scheme) => void
}

export function StartFrom({ schemes, onChange }: StartFromProps) {
  // Where `signs` says in words what is signed, no row can: there is nothing to begin with.
  const rows = schemes.filter((entry) => entry.signs === undefined)
  const groups: ChoiceGroup[] = [
    {
      name: 'Schemes of the table',
      choices: rows.map((entry) => ({ id: entry.id, name: entry.name, words: entry.row.sig.name })),
    },
  ]
  return (
    <Combobox
      label="Start from"
      hint="Takes over how a known provider signs, to be changed from there."
      placeholder="A provider that signs in a similar way"
      groups={groups}
      value=""
      onChange={(id) => {
        const entry = rows.find((one) => one.id === id)
        if (entry !== undefined) onChange(entry.row)
      }}
    />
  )
}

interface SchemeJsonProps {
  readonly scheme: Scheme
  readonly onChange: (scheme: Scheme) => void
}

export function SchemeJson({ scheme, onChange }: SchemeJsonProps) {
  const json = JSON.stringify(scheme, null, 2)
  /** What stands in the field while it is no row, or is one that is laid out in another way. */
  const [typed, setTyped] = useState<{ text: string; error: string | undefined } | undefined>(undefined)
  const write = (text: string) => {
    try {
      const read = readScheme(text)
      setTyped({ text, error: undefined })
      onChange(read)
    } catch (error) {
      setTyped({ text, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return (
    <details>
      <summary>As JSON</summary>
      <div class="form-part">
        <Field
          label="The scheme as JSON"
          hint="The same shape as in the API. Paste one here to take it over."
          error={typed?.error}
        >
          {(parts) => (
            <textarea
              {...parts}
              rows={10}
              spellcheck={false}
              value={typed?.text ?? json}
              onInput={(event) => write(event.currentTarget.value)}
              onBlur={() => {
                if (typed?.error === undefined) setTyped(undefined)
              }}
            />
          )}
        </Field>
        <div>
          <CopyButton caption="Copy as JSON" label="Copy the scheme as JSON" text={json} />
        </div>
      </div>
    </details>
  )
}
