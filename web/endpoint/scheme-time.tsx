/** When a request was signed and which message it is: where a sender says so, and how old it may be. */
import type { Scheme } from '../../shared/scheme.ts'
import { Check, TextField } from '../ui/field.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { omit, seconds } from './scheme-edit.ts'
import type { SchemePartProps } from './scheme-fields.tsx'

export function TimeAndId({ scheme, errorAt, onChange }: SchemePartProps) {
  const { ts, id } = scheme
  return (
    <div class="form-part">
      <div class="form-row">
        <SelectField
          label="Timestamp"
          value={ts?.in ?? 'none'}
          options={{
            none: 'none',
            header: 'in a header',
            sigField: 'an element of the signature',
            bodyJson: 'in the JSON body',
          }}
          error={errorAt('ts')}
          onChange={(where) => onChange(withTime(scheme, where))}
        />
        {ts === undefined ? null : (
          <>
            <TextField
              verbatim
              label="Its name"
              value={ts.name}
              required
              error={errorAt('ts.name')}
              onText={(name) => onChange({ ...scheme, ts: { ...ts, name } })}
            />
            <SelectField
              label="Its unit"
              value={ts.unit}
              options={{ s: 'seconds', ms: 'milliseconds', iso: 'ISO 8601' }}
              onChange={(unit) => onChange({ ...scheme, ts: { ...ts, unit } })}
            />
            <TextField
              verbatim
              label="Seconds it may be old"
              hint="Empty: any age."
              value={ts.past === null ? '' : String(ts.past)}
              error={errorAt('ts.past')}
              onText={(next) => onChange({ ...scheme, ts: { ...ts, past: seconds(next, ts.past) } })}
            />
            <TextField
              verbatim
              label="Seconds it may be early"
              hint="Empty: any."
              value={ts.future === null ? '' : String(ts.future)}
              error={errorAt('ts.future')}
              onText={(next) => onChange({ ...scheme, ts: { ...ts, future: seconds(next, ts.future) } })}
            />
          </>
        )}
        <TextField
          verbatim
          label="Header with the id"
          hint="What {id} stands for."
          value={id?.name ?? ''}
          error={errorAt('id')}
          onText={(name) => onChange(name === '' ? omit(scheme, ['id']) : { ...scheme, id: { ...id, name } })}
        />
      </div>
      {ts === undefined ? null : (
        <Check
          label="The timestamp must be there"
          hint="A request without one counts as invalid."
          checked={ts.required === true}
          onChange={(on) => onChange({ ...scheme, ts: on ? { ...ts, required: true } : omit(ts, ['required']) })}
        />
      )}
    </div>
  )
}

/** A time in another place has another usual name; what was written by hand stays. */
function withTime(scheme: Scheme, where: 'none' | NonNullable<Scheme['ts']>['in']): Scheme {
  if (where === 'none') return omit(scheme, ['ts'])
  const usual = { name: USUAL_TIME[where], unit: 's', past: 300, future: 300 } as const
  const { ts } = scheme
  const isUsual = ts !== undefined && Object.values(USUAL_TIME).includes(ts.name)
  return { ...scheme, ts: { ...(ts ?? usual), ...(isUsual ? { name: usual.name } : {}), in: where } }
}

const USUAL_TIME = { header: 'X-Timestamp', sigField: 't', bodyJson: 'timestamp' }
