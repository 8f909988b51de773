/** The less common half of a scheme: several parts in one value, the time, the message id, and what else a sender may do. */
import { useState } from 'preact/hooks'
import type { Scheme } from '../../shared/scheme.ts'
import { Check, TextField } from '../ui/field.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { namesOf, omit, seconds, withNames, withText } from './scheme-edit.ts'
import type { SchemePartProps } from './scheme-fields.tsx'

export function SchemeParts(props: SchemePartProps) {
  const { scheme, errorAt } = props
  const isWrong = (...paths: string[]) => paths.some((path) => errorAt(path) !== undefined)
  // A token stands alone, and a JWT carries its own time.
  const isPlain = scheme.alg === 'token' || scheme.alg === 'jwt'
  // What is wrong in a part that is closed would not be seen.
  return (
    <>
      {isPlain ? null : (
        <details
          open={
            scheme.sig.list !== undefined || scheme.sig.kv !== undefined || isWrong('sig.list', 'sig.kv', 'sig.field')
          }
        >
          <summary>Several parts in one value</summary>
          <ValueParts {...props} />
        </details>
      )}
      {isPlain ? null : (
        <details open={scheme.ts !== undefined || scheme.id !== undefined || isWrong('ts', 'ts.name', 'id')}>
          <summary>Time and message id</summary>
          <TimeAndId {...props} />
        </details>
      )}
      <details open={isWrong('key.strip', 'key.bare', 'sig.aliases', 'match')}>
        <summary>Other names, prefixes of the secret, a header that must match</summary>
        <Others {...props} />
      </details>
    </>
  )
}

function ValueParts({ scheme, errorAt, onChange }: SchemePartProps) {
  const { sig } = scheme
  const text = (name: 'list' | 'kv' | 'field' | 'emitJoin', label: string, placeholder: string, hint: string) => (
    <TextField
      verbatim
      label={label}
      hint={hint}
      value={sig[name] ?? ''}
      placeholder={placeholder}
      error={errorAt(`sig.${name}`)}
      onText={(next) => onChange({ ...scheme, sig: withText(sig, name, next) })}
    />
  )
  return (
    <div class="form-part">
      <div class="form-row">
        {text('list', 'Between elements', ',', 'In t=1,v1=aa the comma.')}
        {text('kv', 'Between name and value', '=', 'In t=1,v1=aa the equals sign.')}
        {text('field', 'Element with the signature', 'v1', 'In t=1,v1=aa the name v1.')}
        {text('emitJoin', 'Between elements when signing', ',', 'Only where it differs from the first.')}
      </div>
    </div>
  )
}

function TimeAndId({ scheme, errorAt, onChange }: SchemePartProps) {
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

function Others({ scheme, errorAt, onChange }: SchemePartProps) {
  const { key, sig, match } = scheme
  const isSecret = key.enc === 'utf8' || key.enc === 'base64' || key.enc === 'hex'
  const setMatch = (header: string, extra: string) =>
    onChange(header === '' && extra === '' ? omit(scheme, ['match']) : { ...scheme, match: { header, extra } })
  return (
    <div class="form-part">
      <div class="form-row">
        <Names
          label="Other names of the signature"
          hint="Commas between them."
          names={sig.aliases ?? []}
          error={errorAt('sig.aliases')}
          onText={(text) => onChange({ ...scheme, sig: withNames(sig, 'aliases', text) })}
        />
        {isSecret ? (
          <>
            <Names
              label="Cut off the secret’s beginning"
              hint="Such as whsec_, before it is decoded."
              names={key.strip ?? []}
              error={errorAt('key.strip')}
              onText={(text) => onChange({ ...scheme, key: withNames(key, 'strip', text) })}
            />
            <SelectField
              label="A secret without that beginning is"
              value={key.bare ?? 'same'}
              options={{ same: 'read the same way', utf8: 'text', base64: 'base64', hex: 'hex' }}
              error={errorAt('key.bare')}
              onChange={(bare) =>
                onChange({ ...scheme, key: bare === 'same' ? omit(key, ['bare']) : { ...key, bare } })
              }
            />
          </>
        ) : null}
        <TextField
          verbatim
          label="Header that must match"
          value={match?.header ?? ''}
          error={errorAt('match')}
          onText={(header) => setMatch(header, match?.extra ?? 'key')}
        />
        {match === undefined ? null : (
          <TextField
            verbatim
            label="Name of the setting it must equal"
            value={match.extra}
            onText={(extra) => setMatch(match.header, extra)}
          />
        )}
      </div>
      {sig.enc === 'hex' ? (
        <Check
          label="Only small hex digits"
          hint="Capital ones are refused, as receivers do that compare the text."
          checked={sig.hexCase === 'lower'}
          onChange={(on) => onChange({ ...scheme, sig: on ? { ...sig, hexCase: 'lower' } : omit(sig, ['hexCase']) })}
        />
      ) : null}
      {isSecret ? (
        <Check
          label="Unify the secret’s characters (NFKD)"
          hint="Where the sender does so before it signs."
          checked={key.normalize === 'NFKD'}
          onChange={(on) => onChange({ ...scheme, key: on ? { ...key, normalize: 'NFKD' } : omit(key, ['normalize']) })}
        />
      ) : null}
    </div>
  )
}

interface NamesProps {
  readonly label: string
  readonly hint: string
  readonly names: readonly string[]
  readonly error: string | undefined
  readonly onText: (text: string) => void
}

/** Names with commas between them. What is typed stays as it is typed while it means the same names. */
function Names({ label, hint, names, error, onText }: NamesProps) {
  const [typed, setTyped] = useState(names.join(', '))
  const shown = namesOf(typed).join() === names.join() ? typed : names.join(', ')
  return (
    <TextField
      verbatim
      label={label}
      hint={hint}
      value={shown}
      error={error}
      onText={(text) => {
        setTyped(text)
        onText(text)
      }}
    />
  )
}
