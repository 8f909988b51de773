/** A row of the user's own: begun with one of the table, written by hand, or pasted. */
import type { SchemeEntry } from '../../shared/scheme.ts'
import { SchemeFields, type SchemePartProps } from './scheme-fields.tsx'
import { SchemeJson, StartFrom } from './scheme-source.tsx'

interface CustomSchemeProps extends SchemePartProps {
  readonly schemes: readonly SchemeEntry[]
}

export function CustomScheme({ scheme, schemes, errorAt, onChange }: CustomSchemeProps) {
  return (
    <fieldset class="form-box">
      <legend class="visually-hidden">Custom scheme</legend>
      <StartFrom schemes={schemes} onChange={onChange} />
      <SchemeFields scheme={scheme} errorAt={errorAt} onChange={onChange} />
      <SchemeJson scheme={scheme} onChange={onChange} />
    </fieldset>
  )
}
