/** Why a signature does not fit, likeliest first: what is wrong, what shows it, what to do, and a button where that can be done here. */
import type { Cause, Diagnosis } from '../../shared/diagnosis.ts'
import { Icon } from '../ui/icon.tsx'
import { Prose } from '../ui/prose.tsx'
import { BodyDifferenceView } from './body-difference.tsx'
import { evidenceOf } from './lead.ts'
import { type Remedy, type RemedyLabel, remedyOf } from './remedy.ts'

export interface CausesProps {
  readonly diagnosis: Diagnosis
  /** Those of its causes that are told here. */
  readonly causes: readonly Cause[]
  /** The sentence that stands above already. */
  readonly lead?: string | undefined
  readonly onRemedy: (remedy: Remedy) => void
  /** How the button is called that signs anew. */
  readonly remedyLabel?: RemedyLabel | undefined
  /** Where the endpoint's scheme and secrets are set; left out where that is linked already. */
  readonly settingsHref?: string | undefined
  /** Why nothing can be done now. */
  readonly blocked?: string | undefined
}

export function Causes({ diagnosis, causes, lead, settingsHref, onRemedy, remedyLabel, blocked }: CausesProps) {
  if (causes.length === 0) return null
  return (
    <section class="causes">
      <h3>
        {diagnosis.verdict.kind === 'unchecked' ? 'What was found' : causes[0]?.proven === true ? 'Why' : 'Likely why'}
      </h3>
      <ol>
        {causes.map((cause, index) => (
          <CauseItem
            // The same cause may stand there twice, as with two other endpoints
            key={`${cause.id} ${index}`}
            cause={cause}
            lead={lead}
            proof={proofOf(cause, diagnosis)}
            remedy={remedyOf(cause, diagnosis, remedyLabel)}
            onRemedy={onRemedy}
            blocked={blocked}
          />
        ))}
      </ol>
      {settingsHref === undefined ? null : (
        <p>
          <a class="button" href={settingsHref}>
            Open the signing settings
          </a>
        </p>
      )}
    </section>
  )
}

const GUESS = 'Likely, but not proven'

/** How sure it is. What the check itself ran into, such as a header that is missing, is no guess either. */
function proofOf({ proven, detail }: Cause, { verdict }: Diagnosis): string {
  if (proven) return 'Shown by making the signature again'
  return detail === verdict.reason ? 'Seen in the request' : GUESS
}

interface CauseItemProps extends Pick<CausesProps, 'onRemedy' | 'blocked'> {
  readonly cause: Cause
  readonly lead: string | undefined
  readonly proof: string
  readonly remedy: Remedy | undefined
}

function CauseItem({ cause, lead, proof, remedy, onRemedy, blocked }: CauseItemProps) {
  const { title, detail, proven, body } = cause
  const evidence = evidenceOf(cause)
  return (
    <li class="cause" data-proven={proven}>
      <p class="cause-title">
        <Prose text={title} />
      </p>
      <p class="cause-proof">
        <Icon name={proof === GUESS ? 'question' : 'check'} />
        {proof}
      </p>
      {detail === lead ? null : (
        <p>
          <Prose text={detail} />
        </p>
      )}
      {body === undefined ? null : <BodyDifferenceView difference={body} />}
      {evidence === '' ? null : (
        <p class="cause-evidence">
          <Prose text={evidence} />
        </p>
      )}
      {cause.remedy === '' ? null : (
        <p>
          <strong>What to do:</strong> <Prose text={cause.remedy} />
        </p>
      )}
      {remedy === undefined ? null : (
        <p>
          <button type="button" onClick={() => onRemedy(remedy)} disabled={blocked !== undefined} title={blocked}>
            {remedy.label}
          </button>
        </p>
      )}
    </li>
  )
}
