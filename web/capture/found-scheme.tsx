/** How a request was signed in fact, where that was found out: the scheme in words, and one click to keep it. */
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { CopyButton } from '../ui/copy.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { schemeFacts } from './scheme-facts.ts'

interface FoundSchemeProps {
  readonly row: Scheme
  /** The provider whose scheme it is, where it is one that is known. */
  readonly entry: SchemeEntry | undefined
  /** What saving will do besides, such as replacing a secret. */
  readonly note: string | undefined
  readonly saving: boolean
  readonly onUse: () => void
}

export function FoundScheme({ row, entry, note, saving, onUse }: FoundSchemeProps) {
  return (
    <section class="found-scheme">
      <h3>{entry === undefined ? 'Found: this is how it is signed' : `Found: this is how ${entry.name} signs`}</h3>
      <SchemeFacts row={row} signs={entry?.signs} />
      <div class="verdict-row">
        <button type="button" data-look="primary" disabled={saving} onClick={onUse}>
          Use as this endpoint’s scheme
        </button>
        <CopyButton
          look="quiet"
          caption="Copy as JSON"
          label="Copy the scheme as JSON"
          text={() => JSON.stringify(row, null, 2)}
        />
        {note === undefined ? null : <p class="muted">{note}</p>}
      </div>
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
