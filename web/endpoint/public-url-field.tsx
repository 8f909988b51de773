/** The address as the sender knows it, for schemes that sign it. Left empty, it is taken from what the requests themselves say. */
import type { SignedUrl } from '../../shared/diagnosis.ts'
import { TextField } from '../ui/field.tsx'
import { VisibleText } from '../ui/visible-text.tsx'

interface PublicUrlFieldProps {
  readonly value: string
  /** What checking the chosen request used. */
  readonly used: SignedUrl | undefined
  readonly placeholder: string
  readonly error: string | undefined
  readonly onText: (text: string) => void
}

const FROM: Readonly<Record<SignedUrl['from'], string>> = {
  endpoint: 'as it is set here',
  server: 'by the public URL that Hookwell was started with',
  forwarded: 'by the forwarding headers of the tunnel',
  host: 'by its Host header',
}

/** Characters of a foreign URL shown in a line of words. */
const SHOWN = 300

export function PublicUrlField({ value, used, placeholder, error, onText }: PublicUrlFieldProps) {
  return (
    <TextField
      label="Public URL"
      hint={
        <>
          This scheme signs the address, so it counts to the letter: enter it as the provider has it.{' '}
          {used === undefined ? (
            'Empty: taken from the forwarding headers of each request.'
          ) : (
            <>
              {value === '' ? 'Empty: ' : ''}for the request below it is{' '}
              <code>
                <VisibleText text={used.url.slice(0, SHOWN)} />
              </code>
              , {FROM[used.from]}.
            </>
          )}
        </>
      }
      error={error}
      type="url"
      placeholder={placeholder}
      value={value}
      onText={onText}
    />
  )
}
