/** How many captures of this endpoint are kept, how long, and how much of them. */
import { useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Version } from '../api.ts'
import { bytes, lasting } from '../format.ts'
import { TextField } from '../ui/field.tsx'
import { type Change, SaveBar, useSaving } from './form.tsx'

interface RetentionFieldsProps {
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
        <TextField
          label="Captures"
          hint={usual && `Empty: ${usual.captures}`}
          error={saving.errorAt('keep.captures')}
          type="number"
          min={1}
          value={captures}
          onText={setCaptures}
        />
        <TextField
          label="Kept for"
          hint={`Such as 12h or 30d.${usual ? ` Empty: ${lasting(usual.forMs)}` : ''}`}
          error={saving.errorAt('keep.for')}
          value={span}
          onText={setSpan}
        />
        <TextField
          label="Total size"
          hint={`Such as 200mb.${usual ? ` All together: ${bytes(usual.bytes)}` : ''}`}
          error={saving.errorAt('keep.size')}
          value={size}
          onText={setSize}
        />
      </div>
      <SaveBar saving={saving} />
    </form>
  )
}
