/** A scheme of the table in a few lines: what it signs, where its secret is found, what to know, and who says so. */
import type { SchemeEntry } from '../../shared/scheme.ts'
import { Icon } from '../ui/icon.tsx'
import { Prose } from '../ui/prose.tsx'
import { ALGORITHMS, placeInWords, signsInWords } from '../scheme-words.ts'

export function SchemeAbout({ entry }: { entry: SchemeEntry }) {
  const { row, note, secretHint, source } = entry
  return (
    <div class="scheme-about">
      <p>
        <Prose text={signsInWords(entry)} />{' '}
        <span class="muted">
          {ALGORITHMS[row.alg]}, {placeInWords(row)}.
        </span>
      </p>
      {secretHint === undefined ? null : (
        <p>
          <strong>Where to find it:</strong> <Prose text={secretHint} />
        </p>
      )}
      {note === undefined ? null : (
        <p class="scheme-note">
          <Icon name="warning" />
          <span>
            <Prose text={note} />
          </span>
        </p>
      )}
      {/^https:\/\//.test(source) ? (
        <p>
          <a href={source} target="_blank" rel="noreferrer noopener">
            What {entry.name} says of it
          </a>
        </p>
      ) : null}
    </div>
  )
}
