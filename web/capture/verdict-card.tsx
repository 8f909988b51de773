/** The signature: what checking it gave in one sentence, why, what to do, and what was signed. */
import { useEffect, useState } from 'preact/hooks'
import type { SigningInput } from '../../shared/endpoint.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { RecheckProgress } from '../recheck-progress.tsx'
import { Prose } from '../ui/prose.tsx'
import { Findings } from './findings.tsx'
import { useKeeping } from './keeping.ts'
import { leadOf } from './lead.ts'
import type { DiagnosisPhase } from './opened.ts'
import { Recheck, type RecheckProps } from './recheck.tsx'
import type { Remedy } from './remedy.ts'
import { rowOf } from './signing-choice.ts'
import { Suggestions } from './suggestions.tsx'
import { Unchecked } from './unchecked.tsx'
import { ageOf, namedScheme, verdictSentence } from './verdict-sentence.ts'
import { VerifyingCode } from './verifying-code.tsx'
import './verdict-card.css'

interface VerdictCardProps extends Omit<RecheckProps, 'usedUrl' | 'onRemedy' | 'find'> {
  readonly api: RecheckProps['api'] & Parameters<typeof RecheckProgress>[0]['api']
  readonly phase: DiagnosisPhase
  /** Why nothing can be sent now. */
  readonly blocked: string | undefined
  /** Whether somebody came here to have the scheme found. */
  readonly find: boolean
  readonly onSchemes: () => void
  readonly onDiagnose: () => void
  /** The card is not looked at any more. */
  readonly onLeave: () => void
  readonly onReplaySigned: () => void
}

export function VerdictCard(props: VerdictCardProps) {
  const { capture, endpoint, schemes, phase, settingsHref, api, blocked, onSchemes, onDiagnose, onLeave } = props
  useEffect(() => void onSchemes(), [onSchemes])
  // Asked anew when there is none, as after other settings or a late verdict; not when the page is drawn
  useEffect(() => {
    if (phase.kind === 'none') onDiagnose()
  }, [phase.kind])
  // Called off with the tab, whatever was last handed in
  useEffect(() => onLeave, [])
  const [saving, setSaving] = useState(false)
  const [saves, setSaves] = useState(0)
  /** How often it was asked to have the scheme found. */
  const [finds, setFinds] = useState(props.find ? 1 : 0)
  const { verdict } = capture
  const { signing } = endpoint
  const found = phase.kind === 'found' ? phase.diagnosis : undefined
  const keeping = useKeeping(api, capture.id, {}, found, endpoint)
  const isLookedAt = phase.kind === 'found' || phase.kind === 'failed'
  // What was proven leaves nothing to guess.
  const suggestions = found?.causes[0]?.proven === true ? [] : (found?.suggestions ?? [])
  const { name, row } = namedScheme(verdict.scheme ?? signing?.scheme, signing, schemes)
  const used = rowOf(endpoint, schemes)
  const keep = async (next: SigningInput) => {
    const isKept = await props.onSave(next)
    if (isKept) setSaves((before) => before + 1)
    return isKept
  }
  const save = async (next: SigningInput) => {
    setSaving(true)
    await keep(next)
    setSaving(false)
  }
  const remedied = (remedy: Remedy) => {
    if (remedy.kind === 'resign') props.onReplaySigned()
    else if (signing !== undefined) void save({ scheme: signing.scheme, publicUrl: remedy.url })
  }
  return (
    <div class="verdict-card" aria-busy={phase.kind === 'none' || phase.kind === 'busy'}>
      {/* The badge stands above the tabs, so it is not said twice. */}
      <p class="verdict-lead">
        <Prose
          text={
            (found === undefined ? undefined : leadOf(found)) ??
            verdictSentence({ verdict, name, row, signing, ageMs: ageOf(row, capture) })
          }
        />
      </p>
      <output class="visually-hidden">{said(phase)}</output>
      {saves === 0 ? null : <RecheckProgress key={saves} api={api} endpoint={endpoint.id} />}
      {/* Not before it is known whether it looks like somebody: what is about to be pressed must not change. */}
      {verdict.kind === 'unchecked' && isLookedAt && suggestions.length === 0 ? (
        <Unchecked
          headers={capture.headers}
          isSet={signing !== undefined}
          settingsHref={settingsHref()}
          onFind={() => setFinds(finds + 1)}
        />
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
          keeping={keeping}
          saveNote={undefined}
          settingsHref={verdict.kind === 'valid' ? undefined : settingsHref()}
          onUseScheme={(next) => void save(next)}
          onRemedy={remedied}
          remedyLabel={used !== undefined && usesPublicKey(used) ? 'Replay signed with a test key' : undefined}
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
        find={finds}
        settingsHref={settingsHref}
        onSave={keep}
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
