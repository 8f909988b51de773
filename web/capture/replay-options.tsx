/** How a capture is sent on, for those who need it otherwise than usual. */
import { useEffect, useState } from 'preact/hooks'
import type { Replay } from '../../shared/delivery.ts'
import { Check, Field } from '../ui/field.tsx'

/** What of the signature is said here goes before what the destination says. */
export type ReplayOptions = Pick<
  Replay,
  'sign' | 'newId' | 'bodyTime' | 'testKey' | 'keepHost' | 'insecureTls' | 'timeoutMs'
>

export function ReplayOptionFields({ onChange }: { onChange: (options: ReplayOptions) => void }) {
  const [keepHost, setKeepHost] = useState(false)
  const [insecureTls, setInsecureTls] = useState(false)
  const [seconds, setSeconds] = useState('30')
  const timeoutMs = Math.round(Number(seconds) * 1000)
  useEffect(() => {
    onChange({
      ...(keepHost ? { keepHost } : {}),
      ...(insecureTls ? { insecureTls } : {}),
      ...(timeoutMs > 0 ? { timeoutMs } : {}),
    })
  }, [onChange, keepHost, insecureTls, timeoutMs])
  return (
    <details>
      <summary>Options</summary>
      <div class="replay-options">
        <Check
          label="Keep the Host header"
          hint="Send the captured Host instead of the target’s."
          checked={keepHost}
          onChange={setKeepHost}
        />
        <Check
          label="Accept any certificate"
          hint="For self-signed certificates of your own."
          checked={insecureTls}
          onChange={setInsecureTls}
        />
        <Field label="Give up after (seconds)">
          {(parts) => (
            <input
              {...parts}
              type="number"
              min="0.1"
              max="300"
              step="any"
              required
              value={seconds}
              onInput={(event) => setSeconds(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </details>
  )
}
