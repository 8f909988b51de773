/** Why a signature does not fit, likeliest first: what is wrong, what shows it, what to do, and a button where that can be done here. */
import type { Cause, Diagnosis } from '../../shared/diagnosis.ts'
import { Icon } from '../ui/icon.tsx'
import { Prose } from '../ui/prose.tsx'
import { BodyDifferenceView } from './body-difference.tsx'
import { type Remedy, remedyOf } from './remedy.ts'

export interface CausesProps {
  readonly diagnosis: Diagnosis
  readonly onRemedy: (remedy: Remedy) => void
  /** Why nothing can be done now. */
  readonly blocked?: string | undefined
}

export function Causes({ diagnosis, onRemedy, blocked }: CausesProps) {
  const { causes } = diagnosis
  if (causes.length === 0) return null
  return (
    <section class="causes">
      <h3>{causes[0]?.proven === true ? 'Why' : 'Likely why'}</h3>
      <ol>
        {causes.map((cause, index) => (
          <CauseItem
            // The same cause may stand there twice, as with two other endpoints
            key={`${cause.id} ${index}`}
            cause={cause}
            remedy={remedyOf(cause, diagnosis)}
            onRemedy={onRemedy}
            blocked={blocked}
          />
        ))}
      </ol>
    </section>
  )
}

interface CauseItemProps extends Pick<CausesProps, 'onRemedy' | 'blocked'> {
  readonly cause: Cause
  readonly remedy: Remedy | undefined
}

function CauseItem({ cause, remedy, onRemedy, blocked }: CauseItemProps) {
  const { title, detail, evidence, proven, body } = cause
  return (
    <li class="cause" data-proven={proven}>
      <p class="cause-title">
        <Prose text={title} />
      </p>
      <p class="cause-proof">
        <Icon name={proven ? 'check' : 'question'} />
        {proven ? 'Shown by making the signature again' : 'A guess from what is there'}
      </p>
      <p>
        <Prose text={detail} />
      </p>
      {body === undefined ? null : <BodyDifferenceView difference={body} />}
      {evidence === '' ? null : (
        <p class="cause-evidence mono">
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
