/** The signature: what checking it gave, what was signed, what was expected and what came, and what is likely wrong. */
import { useEffect } from 'preact/hooks'
import type { Verdict } from '../../shared/capture.ts'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import { VerdictBadge } from '../verdict.tsx'
import { Findings } from './findings.tsx'
import { Recheck, type RecheckProps } from './recheck.tsx'
import './verdict-card.css'

interface VerdictCardProps extends RecheckProps {
  readonly diagnosis: Diagnosis | { failed: string } | undefined
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
