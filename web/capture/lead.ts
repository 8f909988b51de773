/** What of a diagnosis is said first and largest, and what need not be said a second time below it. */
import type { Cause, Diagnosis } from '../../shared/diagnosis.ts'

/** The sentence that was proven: it says more than that something does not fit. Undefined where all is well, or only guessed. */
export function leadOf({ verdict, causes }: Pick<Diagnosis, 'verdict' | 'causes'>): string | undefined {
  const [first] = causes
  if (verdict.kind === 'valid' || first?.proven !== true) return undefined
  // Whose secret it is matters more than how it signs.
  const other = saysScheme(first) ? causes.find(({ id, proven }) => proven && id === 'other_secret') : undefined
  return (other ?? first).detail
}

/** Whether a cause says nothing but how the request is signed, which the scheme that was found shows in full. */
export function saysScheme({ id, proven }: Pick<Cause, 'id' | 'proven'>): boolean {
  return proven && (id === 'scheme_found' || id === 'other_scheme')
}

/** What shows that a cause is right, less what its mark "Shown by making the signature again" says already. */
export function evidenceOf({ evidence, proven }: Pick<Cause, 'evidence' | 'proven'>): string {
  return proven
    ? evidence.replace(/^Made again like this, the signature is exactly the one that came\.\s*/, '')
    : evidence
}
