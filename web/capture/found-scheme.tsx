/** How a request was signed in fact, where that was found out: the scheme in words, and one click to keep it where that helps. */
import type { SigningInput } from '../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import type { Keeping } from './keeping.ts'
import { schemeFacts } from './scheme-facts.ts'

interface FoundSchemeProps {
  readonly row: Scheme
  /** The provider whose scheme it is, where it is one that is known. */
  readonly entry: SchemeEntry | undefined
  /** Whether it may be kept; undefined while that is being tried. */
  readonly keeping: Keeping | undefined
  /** What saving will do besides, such as replacing a secret. */
  readonly note: string | undefined
  readonly saving: boolean
  readonly onUse: (signing: SigningInput) => void
}

export function FoundScheme({ row, entry, keeping, note, saving, onUse }: FoundSchemeProps) {
  return (
    <section class="found-scheme">
      <h3>{entry === undefined ? 'Found: this is how it is signed' : `Found: this is how ${entry.name} signs`}</h3>
      <p class="cause-proof">
        <Icon name="check" />
        Shown by making the signature again
      </p>
      <SchemeFacts row={row} signs={entry?.signs} />
      <div class="verdict-row">
        {keeping?.kind !== 'fits' ? null : (
          <button type="button" data-look="primary" disabled={saving} onClick={() => onUse(keeping.signing)}>
            Use as this endpoint’s scheme
          </button>
        )}
        <CopyButton
          look="quiet"
          caption="Copy as JSON"
          label="Copy the scheme as JSON"
          text={() => JSON.stringify(row, null, 2)}
        />
        {keeping?.kind !== 'fits' || note === undefined ? null : <p class="muted">{note}</p>}
      </div>
      {keeping?.kind === 'unfit' ? <p>{keeping.why}</p> : null}
    </section>
  )
}

function SchemeFacts({ row, signs }: { row: Scheme; signs: string | undefined }) {
  return (
    <dl class="scheme-facts">
      {schemeFacts(row, signs).map(({ term, words, code }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            {words}{' '}
            {code === undefined ? null : (
              <code>
                <VisibleText text={code} />
              </code>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
