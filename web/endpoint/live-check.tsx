/** The settings as they are written, tried on a request that is stored, so that a mistake shows before it is saved. */
import { useEffect, useState } from 'preact/hooks'
import type { CaptureSummary } from '../../shared/capture.ts'
import type { Diagnosis, DiagnoseInput } from '../../shared/diagnosis.ts'
import type { Issue } from '../../shared/problem.ts'
import { type Api, ApiError, sentence } from '../api.ts'
import { clock } from '../format.ts'
import { Field } from '../ui/field.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { VerdictBadge } from '../verdict.tsx'

/** Milliseconds without a key before what was typed is tried. */
const TYPING_MS = 350

/** Stored requests to choose from, newest first. */
const OFFERED = 30

export type Tried =
  | { readonly kind: 'found'; readonly diagnosis: Diagnosis; readonly trial: number }
  /** What the settings themselves have against them, by path. */
  | { readonly kind: 'refused'; readonly issues: readonly Issue[]; readonly text: string }

/** The newest stored requests of an endpoint; asked for again when its first one comes. */
export function useStored(api: Pick<Api, 'captures'>, endpoint: string, any: boolean): readonly CaptureSummary[] {
  const [stored, setStored] = useState<readonly CaptureSummary[]>([])
  useEffect(() => {
    let isCurrent = true
    if (any)
      api.captures(endpoint, { limit: OFFERED }).then(
        ({ captures }) => isCurrent && setStored(captures),
        () => undefined, // there is just nothing to try on then; saving says what is wrong
      )
    return () => {
      isCurrent = false
    }
  }, [api, endpoint, any])
  return stored
}

/** Tries each of `trials` until one is valid, a moment after the last change. Undefined before the first answer, and without a capture. */
export function useTried(
  api: Pick<Api, 'diagnose'>,
  capture: string | undefined,
  trials: readonly DiagnoseInput[],
): Tried | undefined {
  const [tried, setTried] = useState<Tried | undefined>(undefined)
  const key = JSON.stringify(trials)
  // By its text: the trials are made anew whenever the form is drawn
  useEffect(() => {
    if (capture === undefined || trials.length === 0) {
      setTried(undefined)
      return
    }
    const off = new AbortController()
    const timer = setTimeout(() => {
      tryAll(api, capture, trials, off.signal).then(
        (result) => setTried(result),
        (error: unknown) => {
          if (off.signal.aborted) return
          const issues = error instanceof ApiError ? error.issues : []
          setTried({ kind: 'refused', issues, text: sentence(error) })
        },
      )
    }, TYPING_MS)
    return () => {
      off.abort()
      clearTimeout(timer)
    }
  }, [api, capture, key])
  return tried
}

async function tryAll(
  api: Pick<Api, 'diagnose'>,
  capture: string,
  trials: readonly DiagnoseInput[],
  signal: AbortSignal,
): Promise<Tried | undefined> {
  let first: Tried | undefined
  for (const [trial, input] of trials.entries()) {
    const diagnosis = await api.diagnose(capture, input, signal)
    first ??= { kind: 'found', diagnosis, trial }
    if (diagnosis.verdict.kind === 'valid') return { kind: 'found', diagnosis, trial }
  }
  return first
}

interface LiveCheckProps {
  readonly stored: readonly CaptureSummary[]
  readonly capture: string | undefined
  readonly onCapture: (id: string) => void
  readonly tried: Tried | undefined
  /** Of how many new secrets or keys the one that fits is one. */
  readonly of: number
  /** Whether what is signed is shown as well: for whoever spells a scheme out. */
  readonly detailed: boolean
}

export function LiveCheck({ stored, capture, onCapture, tried, of, detailed }: LiveCheckProps) {
  return (
    <section class="live-check" aria-label="Tried on a stored request">
      <Field label="Tried on">
        {(parts) => (
          <select {...parts} value={capture} onChange={(event) => onCapture(event.currentTarget.value)}>
            {stored.map((one, index) => (
              <option key={one.id} value={one.id}>
                {index === 0 ? 'The newest: ' : ''}
                {one.method} {(one.eventType ?? one.target).slice(0, 60)}, {clock(one.receivedAt)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div aria-live="polite" class="live-result">
        {tried === undefined ? (
          <p class="muted">Checking…</p>
        ) : tried.kind === 'refused' ? (
          <p class="muted">
            This cannot be tried yet: {tried.issues.map((issue) => issue.message).join(' ') || tried.text}
          </p>
        ) : (
          <Outcome diagnosis={tried.diagnosis} which={of > 1 ? tried.trial + 1 : undefined} />
        )}
      </div>
      {detailed && tried?.kind === 'found' ? <Evidence diagnosis={tried.diagnosis} /> : null}
    </section>
  )
}

function Outcome({ diagnosis, which }: { diagnosis: Diagnosis; which: number | undefined }) {
  const { verdict } = diagnosis
  return (
    <>
      <VerdictBadge verdict={verdict} />
      <p>
        {verdict.kind === 'valid'
          ? `These settings fit this request${which === undefined ? '' : `, by number ${which}`}.${verdict.freshness === 'stale' ? ' Only its time was too old when it came.' : ''}`
          : (verdict.reason ?? 'These settings do not fit this request.')}
      </p>
    </>
  )
}

/** Characters shown of what is signed: enough to see how it begins; the capture's own page shows all. */
const SHOWN = 1500

function Evidence({ diagnosis: { signedBase64, signedSize, expected, received } }: { diagnosis: Diagnosis }) {
  const signed = signedBase64 === undefined ? undefined : textOf(signedBase64)
  return (
    <dl class="live-evidence">
      {signed === undefined ? null : (
        <>
          <dt>What is signed</dt>
          <dd class="mono">
            {signed === '' ? <span class="muted">nothing</span> : <VisibleText text={signed.slice(0, SHOWN)} />}
            {signed.length > SHOWN ? ` … (${signedSize ?? signed.length} bytes)` : ''}
          </dd>
        </>
      )}
      {expected === undefined ? null : (
        <>
          <dt>Expected</dt>
          <dd class="mono">
            <VisibleText text={expected} />
          </dd>
        </>
      )}
      {received === undefined ? null : (
        <>
          <dt>Received</dt>
          <dd class="mono">
            <VisibleText text={received} />
          </dd>
        </>
      )}
    </dl>
  )
}

function textOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
