/** The signature: what checking it gave, what was signed, what was expected and what came, and what is likely wrong. */
import { useEffect, useState } from 'preact/hooks'
import type { Capture, Verdict } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { type Api, sentence } from '../api.ts'
import { count } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Field } from '../ui/field.tsx'
import { VerdictBadge } from '../verdict.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { fromBase64 } from './charset.ts'
import { firstDifference, signedLines } from './signed-lines.ts'
import './verdict-card.css'

export interface VerdictCardProps {
  readonly capture: Capture
  readonly endpoint: Endpoint
  readonly schemes: readonly SchemeEntry[]
  readonly diagnosis: Diagnosis | { failed: string } | undefined
  /** Where the endpoint's scheme and secrets are set. */
  readonly settingsHref: string
  readonly api: Pick<Api, 'diagnose'>
  readonly onSchemes: () => void
  readonly onDiagnose: () => void
}

export function VerdictCard(props: VerdictCardProps) {
  const { capture, endpoint, schemes, diagnosis, settingsHref, api, onSchemes, onDiagnose } = props
  useEffect(() => void onSchemes(), [onSchemes])
  // What was signed can only be said where a scheme and a secret are known.
  const canDiagnose = endpoint.signing !== undefined
  // Asked anew when there is no diagnosis, not when the page is drawn
  useEffect(() => {
    if (canDiagnose && diagnosis === undefined) onDiagnose()
  }, [canDiagnose, diagnosis])
  const { verdict } = capture
  return (
    <div class="verdict-card">
      <div class="verdict-head">
        <VerdictBadge verdict={verdict} />
        <p>{explanation(verdict, endpoint, schemes)}</p>
      </div>
      {verdict.kind === 'unchecked' ? (
        <p>
          <a class="button" data-look="primary" href={settingsHref}>
            Add a signing secret
          </a>
        </p>
      ) : null}
      {diagnosis === undefined ? null : 'failed' in diagnosis ? (
        <p class="field-error">{diagnosis.failed}</p>
      ) : (
        <Findings diagnosis={diagnosis} />
      )}
      <Recheck capture={capture} endpoint={endpoint} schemes={schemes} api={api} settingsHref={settingsHref} />
    </div>
  )
}

function explanation(verdict: Verdict, endpoint: Endpoint, schemes: readonly SchemeEntry[]): string {
  const id = verdict.scheme ?? endpoint.signing?.scheme
  const scheme = schemes.find((entry) => entry.id === id)?.name ?? id ?? ''
  const secret = endpoint.signing?.secrets.find((one) => one.id === verdict.secretId)
  const which = secret === undefined || secret.last4 === '' ? '' : ` with the secret that ends in ${secret.last4}`
  const late =
    verdict.freshness === 'stale'
      ? ' Its timestamp is older than the scheme allows: a replay, or a clock that is wrong.'
      : verdict.freshness === 'future'
        ? ' Its timestamp lies in the future: one of the clocks is wrong.'
        : ''
  switch (verdict.kind) {
    case 'valid':
      return `Signed as ${scheme} prescribes${which}.${late}`
    case 'invalid':
      return `${reasonOf(verdict)}${late}`
    case 'missing':
      return verdict.reason ?? `${scheme} signs its requests, but no signature was found in this one.`
    case 'unchecked':
      return verdict.reason ?? 'This endpoint has no scheme and secret yet, so nothing was checked.'
  }
}

function reasonOf(verdict: Verdict): string {
  return verdict.reason ?? 'The signature does not belong to these bytes and this secret.'
}

function Findings({ diagnosis }: { diagnosis: Diagnosis }) {
  const { causes, expected, received, signedBase64 } = diagnosis
  return (
    <>
      {causes.length === 0 ? null : (
        <section class="verdict-causes">
          <h3>Likely why</h3>
          <ol>
            {causes.map((cause) => (
              <li key={cause.id}>
                <p class="cause-title">{cause.title}</p>
                <p>
                  <VisibleText text={cause.detail} />
                </p>
                {cause.evidence === '' ? null : (
                  <p class="mono">
                    <VisibleText text={cause.evidence} />
                  </p>
                )}
                {cause.remedy === '' ? null : (
                  <p>
                    <strong>What to do:</strong> <VisibleText text={cause.remedy} />
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
      {expected === undefined && received === undefined ? null : <Digests expected={expected} received={received} />}
      {signedBase64 === undefined ? null : <Signed signedBase64={signedBase64} />}
    </>
  )
}

function Digests({ expected, received }: { expected: string | undefined; received: string | undefined }) {
  const at = expected === undefined || received === undefined ? -1 : firstDifference(expected, received)
  return (
    <section>
      <h3>
        {at < 0 && expected !== undefined && received !== undefined
          ? 'Expected and received agree'
          : 'Expected and received'}
      </h3>
      <dl class="digests">
        <Digest name="Expected" value={expected} mark={at} />
        <Digest name="Received" value={received} mark={at} />
      </dl>
      {at < 0 ? null : <p class="muted">They differ from character {at + 1} on.</p>}
    </section>
  )
}

function Digest({ name, value, mark }: { name: string; value: string | undefined; mark: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono">
        {value === undefined ? (
          <span class="muted">nothing</span>
        ) : mark < 0 ? (
          <VisibleText text={value} />
        ) : (
          <>
            <VisibleText text={value.slice(0, mark)} />
            <mark>{mark < value.length ? <VisibleText text={value.charAt(mark)} /> : '∅'}</mark>
            <VisibleText text={value.slice(mark + 1)} />
          </>
        )}
      </dd>
    </>
  )
}

function Signed({ signedBase64 }: { signedBase64: string }) {
  const bytes = fromBase64(signedBase64)
  const lines = signedLines(bytes)
  return (
    <section>
      <div class="verdict-row">
        <h3>What is signed</h3>
        <p class="muted">{count(bytes.length)} bytes, line ends and controls made visible</p>
        <CopyButton
          look="quiet"
          caption="Copy"
          label="Copy what is signed"
          text={() => new TextDecoder().decode(bytes)}
        />
      </div>
      <div class="signed-box">
        <CodeLines
          label="What is signed"
          count={lines.length}
          at={(index) => lines[index]}
          whole={lines.length <= 500}
        />
      </div>
    </section>
  )
}

type RecheckProps = Pick<VerdictCardProps, 'capture' | 'endpoint' | 'schemes' | 'api' | 'settingsHref'>

/** Tries another secret or scheme on this capture without saving either. */
function Recheck({ capture, endpoint, schemes, api, settingsHref }: RecheckProps) {
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
