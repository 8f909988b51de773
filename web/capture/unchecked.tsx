/** What to do about a request that was not checked and looks like no known provider's: the way to its scheme, or to the settings. */
import type { Capture } from '../../shared/capture.ts'
import { VisibleText } from '../ui/visible-text.tsx'
import { headerThatLooksSigned } from './looks-signed.ts'

interface UncheckedProps {
  readonly headers: Capture['headers']
  /** Whether the endpoint has a scheme, so that something in its settings is missing. */
  readonly isSet: boolean
  readonly settingsHref: string
  readonly onFind: () => void
}

export function Unchecked({ headers, isSet, settingsHref, onFind }: UncheckedProps) {
  if (isSet)
    return (
      <p>
        <a class="button" data-look="primary" href={settingsHref}>
          Open the signing settings
        </a>
      </p>
    )
  const header = headerThatLooksSigned(headers)
  return (
    <div class="unchecked">
      {header === undefined ? null : (
        <p>
          <code>
            <VisibleText text={header} />
          </code>{' '}
          looks like a signature. Paste the secret, and Hookwell finds out how it is made.
        </p>
      )}
      <div class="verdict-row">
        <button type="button" data-look="primary" onClick={onFind}>
          Find the scheme with its secret
        </button>
        <a class="button" href={settingsHref}>
          Choose it in the settings
        </a>
      </div>
    </div>
  )
}
