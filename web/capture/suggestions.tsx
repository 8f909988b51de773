/** Schemes a request looks like. Anyone can send such a header, so they are offered and never taken. */
import type { Suggestion } from '../../shared/diagnosis.ts'
import { Icon } from '../ui/icon.tsx'
import { Prose } from '../ui/prose.tsx'

interface SuggestionsProps {
  readonly suggestions: readonly Suggestion[]
  /** Whether the endpoint checks by another scheme now. */
  readonly instead: boolean
  readonly settingsHref: (scheme: string) => string
}

export function Suggestions({ suggestions, instead, settingsHref }: SuggestionsProps) {
  if (suggestions.length === 0) return null
  return (
    <ul class="suggestions" aria-label="What it looks like">
      {suggestions.map(({ scheme, name, because }, index) => (
        <li class="suggestion" key={scheme}>
          <Icon name="key" />
          <p>
            <strong>Looks like {name}.</strong> <Prose text={because} />
          </p>
          {/* Names are long, and the sentence beside it says whose it is; who hears the button alone is told with it. */}
          <a
            class="button"
            data-look={index === 0 && !instead ? 'primary' : undefined}
            href={settingsHref(scheme)}
            aria-label={`${instead ? 'Check with it' : 'Add its secret'}: ${name}`}
          >
            {instead ? 'Check with it' : 'Add its secret'}
          </a>
        </li>
      ))}
    </ul>
  )
}
