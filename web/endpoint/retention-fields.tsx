/** How many captures of this endpoint are kept, how long, and how much of them. */
import { useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Version } from '../api.ts'
import { bytes, lasting } from '../format.ts'
import { Field } from '../ui/field.tsx'
import { type Change, SaveBar, useSaving } from './form.tsx'

export interface RetentionFieldsProps {
  readonly endpoint: Endpoint
  /** What holds where nothing is set here. */
  readonly usual: Version['keep'] | undefined
  readonly onChange: Change
}

export function RetentionFields({ endpoint, usual, onChange }: RetentionFieldsProps) {
  const [captures, setCaptures] = useState(endpoint.keep?.captures === undefined ? '' : String(endpoint.keep.captures))
  const [span, setSpan] = useState(endpoint.keep?.for ?? '')
  const [size, setSize] = useState(endpoint.keep?.size ?? '')
  const saving = useSaving(['keep.captures', 'keep.for', 'keep.size'])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const keep = {
      ...(captures.trim() === '' ? {} : { captures: Number(captures) }),
      ...(span.trim() === '' ? {} : { for: span.trim() }),
      ...(size.trim() === '' ? {} : { size: size.trim() }),
    }
    void saving.save(() => onChange({ keep: Object.keys(keep).length === 0 ? null : keep }))
  }
  return (
    <form onSubmit={submit}>
      <p class="muted">The oldest go first; pinned captures stay. Capturing never stops because of a limit.</p>
      <div class="form-row">
        <Field label="Captures" hint={usual && `Empty: ${usual.captures}`} error={saving.errorAt('keep.captures')}>
          {(parts) => (
            <input
              {...parts}
              type="number"
              min="1"
              value={captures}
              onInput={(event) => setCaptures(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Kept for"
          hint={`Such as 12h or 30d.${usual ? ` Empty: ${lasting(usual.forMs)}` : ''}`}
          error={saving.errorAt('keep.for')}
        >
          {(parts) => <input {...parts} value={span} onInput={(event) => setSpan(event.currentTarget.value)} />}
        </Field>
        <Field
          label="Total size"
          hint={`Such as 200mb.${usual ? ` All together: ${bytes(usual.bytes)}` : ''}`}
          error={saving.errorAt('keep.size')}
        >
          {(parts) => <input {...parts} value={size} onInput={(event) => setSize(event.currentTarget.value)} />}
        </Field>
      </div>
      <SaveBar saving={saving} />
    </form>
  )
}
