/** What trying another secret gave, and the offer to keep it. */
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import type { SigningInput } from '../../shared/endpoint.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { Prose } from '../ui/prose.tsx'
import { VerdictBadge } from '../verdict.tsx'
import { Findings } from './findings.tsx'
import { type Keeping, useKeeping } from './keeping.ts'
import { leadOf } from './lead.ts'
import type { RecheckProps } from './recheck.tsx'
import { VerifyingCode } from './verifying-code.tsx'

interface RecheckResultProps extends RecheckProps {
  readonly input: DiagnoseInput
  readonly diagnosis: Diagnosis
  readonly saving: boolean
  readonly onUse: (signing: SigningInput) => void
}

export function RecheckResult(props: RecheckResultProps) {
  const { capture, endpoint, schemes, api, input, diagnosis, saving, onUse, onRemedy } = props
  const { verdict } = diagnosis
  const isValid = verdict.kind === 'valid'
  const keeping = useKeeping(api, capture.id, input, diagnosis, endpoint)
  const signing = keeping?.kind === 'fits' ? keeping.signing : undefined
  const note = noteOf(keeping, endpoint.signing?.secrets.length ?? 0)
  const row = input.custom ?? schemes.find((entry) => entry.id === verdict.scheme)?.row
  return (
    <>
      <div class="verdict-head">
        {verdict.kind === 'unchecked' ? null : <VerdictBadge verdict={verdict} />}
        <p>
          {isValid ? (
            row !== undefined && usesPublicKey(row) ? (
              'This public key belongs to the key that signed this request.'
            ) : (
              'This secret signs this request.'
            )
          ) : (
            <Prose text={leadOf(diagnosis) ?? verdict.reason ?? NOTHING_FITS} />
          )}
        </p>
      </div>
      {isValid && signing !== undefined ? (
        <div class="verdict-row">
          <button type="button" data-look="primary" disabled={saving} onClick={() => onUse(signing)}>
            Save for this endpoint
          </button>
          {note === undefined ? null : <p class="muted">{note}</p>}
        </div>
      ) : null}
      {isValid && verdict.freshness !== 'stale' && verdict.freshness !== 'future' ? null : (
        <Findings
          diagnosis={diagnosis}
          schemes={schemes}
          saving={saving}
          keeping={keeping}
          saveNote={note}
          onUseScheme={onUse}
          onRemedy={onRemedy}
        />
      )}
      {signing === undefined ? null : (
        <VerifyingCode api={api} scheme={signing.scheme} custom={signing.custom ?? undefined} />
      )}
    </>
  )
}

const NOTHING_FITS = 'In no known way does this secret give a signature that came.'

/** What is saved otherwise than typed, and what that replaces. */
function noteOf(keeping: Keeping | undefined, kept: number): string | undefined {
  if (keeping?.kind !== 'fits') return undefined
  const replaced = kept === 1 ? 'The secret in use is replaced.' : `The ${kept} secrets in use are replaced.`
  const replaces = keeping.signing.secrets !== undefined && kept > 0
  const notes = [...(keeping.note === undefined ? [] : [keeping.note]), ...(replaces ? [replaced] : [])]
  return notes.length === 0 ? undefined : notes.join(' ')
}
