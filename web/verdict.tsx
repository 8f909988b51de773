/** A verdict in a sign, a word and a sentence, the same wherever it is shown. */
import type { Verdict } from '../shared/capture.ts'
import { Icon, type IconName } from './ui/icon.tsx'
import './verdict.css'

const SIGNS: Record<Verdict['kind'], { icon: IconName; word: string }> = {
  valid: { icon: 'check', word: 'signature valid' },
  invalid: { icon: 'cross', word: 'signature invalid' },
  missing: { icon: 'minus', word: 'signature missing' },
  unchecked: { icon: 'question', word: 'signature not checked' },
}

/** `signature valid`, `signature valid, but stale`. */
export function verdictWords(verdict: Verdict): string {
  const { word } = SIGNS[verdict.kind]
  if (verdict.kind !== 'valid' || verdict.freshness === undefined || verdict.freshness === 'fresh') return word
  return verdict.freshness === 'stale' ? `${word}, but stale` : `${word}, but from the future`
}

export function VerdictSign({ verdict }: { verdict: Verdict }) {
  return (
    <span class="verdict" data-kind={tone(verdict)} title={verdictWords(verdict)}>
      <Icon name={tone(verdict) === 'stale' ? 'warning' : SIGNS[verdict.kind].icon} />
      <span class="visually-hidden">{verdictWords(verdict)}</span>
    </span>
  )
}

/** Sign and words side by side. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const words = verdictWords(verdict)
  return (
    <span class="verdict" data-kind={tone(verdict)} data-look="badge">
      <Icon name={tone(verdict) === 'stale' ? 'warning' : SIGNS[verdict.kind].icon} />
      {words.charAt(0).toUpperCase() + words.slice(1)}
    </span>
  )
}

function tone(verdict: Verdict): Verdict['kind'] | 'stale' {
  const late = verdict.freshness === 'stale' || verdict.freshness === 'future'
  return verdict.kind === 'valid' && late ? 'stale' : verdict.kind
}
