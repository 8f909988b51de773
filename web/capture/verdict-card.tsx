/** The signature: what checking it gave in one sentence, why, what to do, and what was signed. */
import { useEffect, useState } from 'preact/hooks'
import type { SigningInput } from '../../shared/endpoint.ts'
import { VerdictBadge } from '../verdict.tsx'
import { Findings } from './findings.tsx'
import type { DiagnosisPhase } from './opened.ts'
import { Recheck, type RecheckProps } from './recheck.tsx'
import { signingOf } from './attempt.ts'
import type { Remedy } from './remedy.ts'
import { Suggestions } from './suggestions.tsx'
import { ageOf, namedScheme, verdictSentence } from './verdict-sentence.ts'
import { VerifyingCode } from './verifying-code.tsx'
import './verdict-card.css'

interface VerdictCardProps extends Omit<RecheckProps, 'usedUrl' | 'onRemedy'> {
  readonly phase: DiagnosisPhase
  /** Why nothing can be sent now. */
  readonly blocked: string | undefined
  readonly onSchemes: () => void
  readonly onDiagnose: () => void
  /** The card is not looked at any more. */
  readonly onLeave: () => void
  readonly onReplaySigned: () => void
}

export function VerdictCard(props: VerdictCardProps) {
  const { capture, endpoint, schemes, phase, settingsHref, api, blocked } = props
  const { onSchemes, onDiagnose, onLeave, onSave, onReplaySigned } = props
  useEffect(() => void onSchemes(), [onSchemes])
  // Asked anew when there is none, as after other settings or a late verdict; not when the page is drawn
  useEffect(() => {
    if (phase.kind === 'none') onDiagnose()
  }, [phase.kind])
  // Called off with the tab, whatever was last handed in
  useEffect(() => onLeave, [])
  const [saving, setSaving] = useState(false)
  const { verdict } = capture
  const { signing } = endpoint
  const found = phase.kind === 'found' ? phase.diagnosis : undefined
  // What was proven leaves nothing to guess.
  const suggestions = found?.causes[0]?.proven === true ? [] : (found?.suggestions ?? [])
  const { name, row } = namedScheme(verdict.scheme ?? signing?.scheme, signing, schemes)
  const save = async (next: SigningInput | undefined) => {
    if (next === undefined) return
    setSaving(true)
    await onSave(next)
    setSaving(false)
  }
  const remedied = (remedy: Remedy) => {
    if (remedy.kind === 'resign') onReplaySigned()
    else if (signing !== undefined) void save({ scheme: signing.scheme, publicUrl: remedy.url })
  }
  return (
    <div class="verdict-card" aria-busy={phase.kind === 'none' || phase.kind === 'busy'}>
      <div class="verdict-head">
        <VerdictBadge verdict={verdict} />
        <p>{verdictSentence({ verdict, name, row, signing, ageMs: ageOf(row, capture) })}</p>
      </div>
      <output class="visually-hidden">{said(phase)}</output>
      {verdict.kind === 'unchecked' && suggestions.length === 0 ? (
        <p>
          <a class="button" data-look="primary" href={settingsHref()}>
            {signing === undefined ? 'Add a signing secret' : 'Open the signing settings'}
          </a>
        </p>
      ) : null}
      <Suggestions
        suggestions={suggestions}
        instead={signing !== undefined}
        settingsHref={(scheme) => settingsHref(scheme)}
      />
      {phase.kind === 'busy' && verdict.kind !== 'valid' ? (
        <p class="looking">
          <progress aria-label="Looking for the reason" /> Looking for the reason…
        </p>
      ) : null}
      {phase.kind === 'failed' ? (
        <div class="verdict-row">
          <p class="field-error">{phase.why}</p>
          <button type="button" onClick={onDiagnose}>
            Try again
          </button>
        </div>
      ) : null}
      {found === undefined ? null : (
        <Findings
          diagnosis={found}
          schemes={schemes}
          saving={saving}
          saveNote={undefined}
          settingsHref={verdict.kind === 'valid' ? undefined : settingsHref()}
          onUseScheme={() => void save(signingOf({}, found, endpoint))}
          onRemedy={remedied}
          blocked={blocked}
        />
      )}
      {signing === undefined ? null : (
        <VerifyingCode
          api={api}
          scheme={signing.scheme}
          custom={signing.scheme === 'custom' ? signing.custom : undefined}
        />
      )}
      <Recheck
        capture={capture}
        endpoint={endpoint}
        schemes={schemes}
        api={api}
        usedUrl={found?.url?.url}
        settingsHref={settingsHref}
        onSave={onSave}
        onRemedy={remedied}
      />
    </div>
  )
}

/** For those who hear the page: one line when there is something to know. */
function said(phase: DiagnosisPhase): string {
  if (phase.kind !== 'found') return ''
  const [first] = phase.diagnosis.causes
  return first === undefined ? '' : `${first.title}. ${first.detail}`
}
