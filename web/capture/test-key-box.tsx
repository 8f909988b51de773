/** The public half of the local test key, to be put into the app in place of the provider's. */
import { useEffect, useState } from 'preact/hooks'
import { sentence, type TestKey } from '../api.ts'
import { CopyButton } from '../ui/copy.tsx'

interface TestKeyBoxProps {
  readonly scheme: string
  readonly testKey: (scheme: string) => Promise<TestKey>
}

export function TestKeyBox({ scheme, testKey }: TestKeyBoxProps) {
  const [key, setKey] = useState<TestKey | { failed: string } | undefined>(undefined)
  // Asked for once; which function asks does not matter
  useEffect(() => {
    let isCurrent = true
    testKey(scheme).then(
      (found) => isCurrent && setKey(found),
      (error: unknown) => isCurrent && setKey({ failed: sentence(error) }),
    )
    return () => {
      isCurrent = false
    }
  }, [scheme])
  if (key === undefined) return null
  if ('failed' in key) return <p class="field-error">{key.failed}</p>
  return (
    <section class="test-key" aria-label="Public test key">
      <p>Put this public key into your app in place of the provider’s, on your machine only:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{key.publicKey}</pre>
      <div class="test-key-copies">
        <CopyButton caption="Copy" label="Copy the public test key" text={key.publicKey} />
        {key.forms.map((form) => (
          <CopyButton
            key={form.label}
            look="quiet"
            caption={form.label}
            label={`Copy it as ${form.label}`}
            text={form.text}
          />
        ))}
      </div>
    </section>
  )
}
