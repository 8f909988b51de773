/** What few senders do: other names of the signature, a beginning to be cut off the secret, a header that has to match. */
import { useState } from 'preact/hooks'
import { Check, TextField } from '../ui/field.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { namesOf, omit, withNames } from './scheme-edit.ts'
import type { SchemePartProps } from './scheme-fields.tsx'

export function Others({ scheme, errorAt, onChange }: SchemePartProps) {
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
