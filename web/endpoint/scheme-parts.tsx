/** The less common half of a scheme, each part closed until it is wanted: several values in one, the time, and what else a sender may do. */
import { TextField } from '../ui/field.tsx'
import { withText } from './scheme-edit.ts'
import type { SchemePartProps } from './scheme-fields.tsx'
import { Others } from './scheme-others.tsx'
import { TimeAndId } from './scheme-time.tsx'

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
