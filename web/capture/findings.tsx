/** All that a diagnosis found: why, how it was signed in fact, both digests, and the bytes that are signed. */
import type { Diagnosis } from '../../shared/diagnosis.ts'
import type { SigningInput } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import { Prose } from '../ui/prose.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { Causes, type CausesProps } from './causes.tsx'
import { Digests } from './digests.tsx'
import { FoundScheme } from './found-scheme.tsx'
import type { Keeping } from './keeping.ts'
import { leadOf, saysScheme } from './lead.ts'
import { SignedContent } from './signed-content.tsx'

interface FindingsProps extends Pick<CausesProps, 'settingsHref' | 'onRemedy' | 'blocked' | 'remedyLabel'> {
  readonly diagnosis: Diagnosis
  readonly schemes: readonly SchemeEntry[]
  readonly saving: boolean
  readonly keeping: Keeping | undefined
  /** What using the found scheme will change besides. */
  readonly saveNote: string | undefined
  readonly onUseScheme: (signing: SigningInput) => void
}

const FROM: Readonly<Record<NonNullable<Diagnosis['url']>['from'], string>> = {
  endpoint: 'the public URL of this endpoint’s settings',
  server: 'the public URL that Hookwell was started with',
  forwarded: 'the headers that a proxy or tunnel added',
  host: 'the Host header of the request',
}

export function Findings(props: FindingsProps) {
  const { diagnosis, schemes, saving, keeping, saveNote, settingsHref, onUseScheme, onRemedy, remedyLabel, blocked } =
    props
  const { scheme, schemeId, limited, url, expected, received, signedBase64, signedSize } = diagnosis
  const entry = schemes.find((one) => one.id === schemeId)
  const row = scheme ?? entry?.row
  return (
    <>
      {row === undefined ? null : (
        <FoundScheme row={row} entry={entry} keeping={keeping} note={saveNote} saving={saving} onUse={onUseScheme} />
      )}
      <Causes
        diagnosis={diagnosis}
        // The scheme that was found says all of this itself.
        causes={row === undefined ? diagnosis.causes : diagnosis.causes.filter((cause) => !saysScheme(cause))}
        lead={leadOf(diagnosis)}
        settingsHref={settingsHref}
        onRemedy={onRemedy}
        remedyLabel={remedyLabel}
        blocked={blocked}
      />
      {limited === undefined ? null : (
        <p class="muted">
          Not everything was tried: <Prose text={limited} />
        </p>
      )}
      {expected === undefined && received === undefined ? null : <Digests expected={expected} received={received} />}
      {signedBase64 === undefined ? null : <SignedContent signedBase64={signedBase64} signedSize={signedSize} />}
      {url === undefined ? null : (
        <p class="muted">
          Checked with the URL{' '}
          <code>
            <VisibleText text={url.url} />
          </code>
          , from {FROM[url.from]}.
        </p>
      )}
    </>
  )
}
