/** The same check for one's own program, in the usual languages, ready to be copied. Fetched when it is opened. */
import { useEffect, useState } from 'preact/hooks'
import type { Scheme } from '../../shared/scheme.ts'
import { type Api, type SchemeCode, sentence } from '../api.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Tabs } from '../ui/tabs.tsx'

interface VerifyingCodeProps {
  readonly api: Pick<Api, 'schemeCode'>
  readonly scheme: string
  readonly custom: Scheme | undefined
}

type Phase = { kind: 'busy' } | { kind: 'found'; codes: readonly SchemeCode[] } | { kind: 'failed'; why: string }

export function VerifyingCode(props: VerifyingCodeProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="verifying-code" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Check it in your own code</summary>
      {isOpen ? <Codes key={JSON.stringify([props.scheme, props.custom])} {...props} /> : null}
    </details>
  )
}

function Codes({ api, scheme, custom }: VerifyingCodeProps) {
  const [phase, setPhase] = useState<Phase>({ kind: 'busy' })
  const [language, setLanguage] = useState<SchemeCode['language']>('node')
  const load = async () => {
    setPhase({ kind: 'busy' })
    try {
      setPhase({ kind: 'found', codes: await api.schemeCode({ scheme, ...(custom === undefined ? {} : { custom }) }) })
    } catch (error) {
      setPhase({ kind: 'failed', why: sentence(error) })
    }
  }
  // Once for each scheme: the key of this component is the scheme
  useEffect(() => void load(), [])
  if (phase.kind === 'busy') return <p class="muted">Writing it…</p>
  if (phase.kind === 'failed') {
    return (
      <>
        <p class="field-error">{phase.why}</p>
        <button type="button" onClick={() => void load()}>
          Try again
        </button>
      </>
    )
  }
  const { codes } = phase
  const shown = codes.find((one) => one.language === language) ?? codes[0]
  if (shown === undefined) return null
  return (
    <Tabs
      label="Languages"
      name="code"
      selected={shown.language}
      onSelect={setLanguage}
      tabs={codes.map((one) => ({ id: one.language, label: one.label }))}
    >
      <div class="code-copy">
        <CopyButton look="quiet" caption="Copy" label={`Copy the ${shown.label} code`} text={shown.code} />
      </div>
      <pre class="mono">{shown.code}</pre>
    </Tabs>
  )
}
