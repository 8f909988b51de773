/** A form beside the verdict: whether another secret or scheme would have made it valid. */
import { useState } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import { type Api, sentence } from '../api.ts'
import { Field } from '../ui/field.tsx'
import { VerdictBadge } from '../verdict.tsx'
import { Findings } from './findings.tsx'

export interface RecheckProps {
  readonly capture: Capture
  readonly endpoint: Endpoint
  readonly schemes: readonly SchemeEntry[]
  readonly api: Pick<Api, 'diagnose'>
  /** Where the endpoint's scheme and secrets are set. */
  readonly settingsHref: string
}

/** Tries another secret or scheme on this capture without saving either. */
export function Recheck({ capture, endpoint, schemes, api, settingsHref }: RecheckProps) {
  const [picked, setScheme] = useState(endpoint.signing?.scheme)
  const scheme = picked ?? schemes[0]?.id ?? ''
  const [secret, setSecret] = useState('')
  const [found, setFound] = useState<Diagnosis | { failed: string } | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const check = async (event: SubmitEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      setFound(
        await api.diagnose(capture.id, { ...(scheme === '' ? {} : { scheme }), ...(secret === '' ? {} : { secret }) }),
      )
    } catch (error) {
      setFound({ failed: sentence(error) })
    }
    setBusy(false)
  }
  return (
    <section class="recheck">
      <h3>Re-check with another secret</h3>
      <p class="muted">
        Nothing is saved. To check everything that arrives,{' '}
        <a href={settingsHref}>set the endpoint’s scheme and secret</a>.
      </p>
      <form onSubmit={check}>
        <Field label="Scheme">
          {(parts) => (
            <select {...parts} value={scheme} onChange={(event) => setScheme(event.currentTarget.value)}>
              {schemes.map((entry) => (
                <option key={entry.id} value={entry.id}>
                  {entry.name}
                </option>
              ))}
              {endpoint.signing?.scheme === 'custom' ? (
                <option value="custom">This endpoint’s own scheme</option>
              ) : null}
            </select>
          )}
        </Field>
        <Field label="Secret to try">
          {(parts) => (
            <input
              {...parts}
              type="text"
              autocomplete="off"
              spellcheck={false}
              required
              value={secret}
              onInput={(event) => setSecret(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={busy}>
          Check
        </button>
      </form>
      <div aria-live="polite" class="recheck-result">
        {found === undefined ? null : 'failed' in found ? (
          <p class="field-error">{found.failed}</p>
        ) : (
          <>
            <div class="verdict-head">
              <VerdictBadge verdict={found.verdict} />
              <p>{found.verdict.kind === 'valid' ? 'This secret signs this request.' : (found.verdict.reason ?? '')}</p>
            </div>
            {found.verdict.kind === 'valid' ? null : <Findings diagnosis={found} />}
          </>
        )}
      </div>
    </section>
  )
}
