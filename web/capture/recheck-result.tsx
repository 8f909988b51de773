/** What trying another secret gave, and the offer to keep it. */
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import type { SigningInput } from '../../shared/endpoint.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { VerdictBadge } from '../verdict.tsx'
import { Findings } from './findings.tsx'
import type { RecheckProps } from './recheck.tsx'
import { VerifyingCode } from './verifying-code.tsx'

interface RecheckResultProps extends RecheckProps {
  readonly input: DiagnoseInput
  readonly diagnosis: Diagnosis
  /** What would be kept; undefined where nothing fits. */
  readonly signing: SigningInput | undefined
  readonly saving: boolean
  readonly onUse: (signing: SigningInput) => void
}

export function RecheckResult(props: RecheckResultProps) {
  const { endpoint, schemes, api, input, diagnosis, signing, saving, onUse, onRemedy } = props
  const { verdict } = diagnosis
  const isValid = verdict.kind === 'valid'
  const note = replacing(endpoint.signing?.secrets.length ?? 0, signing)
  const row = input.custom ?? schemes.find((entry) => entry.id === verdict.scheme)?.row
  return (
    <>
      <div class="verdict-head">
        {verdict.kind === 'unchecked' ? null : <VerdictBadge verdict={verdict} />}
        <p>
          {isValid
            ? row !== undefined && usesPublicKey(row)
              ? 'This public key belongs to the key that signed this request.'
              : 'This secret signs this request.'
            : verdict.kind !== 'unchecked'
              ? (verdict.reason ?? '')
              : signing === undefined
                ? (verdict.reason ?? 'In no known way does this secret give a signature that came.')
                : 'How it is signed was found.'}
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
          saveNote={note}
          onUseScheme={() => signing !== undefined && onUse(signing)}
          onRemedy={onRemedy}
        />
      )}
      {signing === undefined ? null : (
        <VerifyingCode api={api} scheme={signing.scheme} custom={signing.custom ?? undefined} />
      )}
    </>
  )
}

function replacing(kept: number, signing: SigningInput | undefined): string | undefined {
  if (signing?.secrets === undefined || kept === 0) return undefined
  return kept === 1 ? 'The secret in use is replaced.' : `The ${kept} secrets in use are replaced.`
}
