/** What the page itself can do about a cause. Read off what the cause carries, so that a new cause needs nothing new here. */
import type { Cause, Diagnosis } from '../../shared/diagnosis.ts'

export type Remedy =
  | { readonly kind: 'public-url'; readonly url: string; readonly label: string }
  | { readonly kind: 'resign'; readonly label: RemedyLabel }

/** A provider's own key is nowhere but at the provider: then a test key signs, which the app has to be given. */
export type RemedyLabel = 'Replay signed anew' | 'Replay signed with a test key'

export function remedyOf(
  cause: Cause,
  { verdict }: Pick<Diagnosis, 'verdict'>,
  label: RemedyLabel = 'Replay signed anew',
): Remedy | undefined {
  if (cause.url !== undefined) return { kind: 'public-url', url: cause.url, label: 'Use this as the public URL' }
  const isTime = verdict.kind === 'valid' && (verdict.freshness === 'stale' || verdict.freshness === 'future')
  return isTime ? { kind: 'resign', label } : undefined
}
