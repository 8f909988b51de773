/** A form beside the verdict: whether another secret or scheme would have made it valid. Nothing is kept before that is asked for. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Diagnosis, DiagnoseInput } from '../../shared/diagnosis.ts'
import type { Endpoint, SigningInput } from '../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { type Api, sentence } from '../api.ts'
import { type Attempt, FIND, inputOf, needsOf, signingOf } from './attempt.ts'
import { keepIfValid } from './keeping.ts'
import { RecheckFields } from './recheck-fields.tsx'
import { RecheckResult } from './recheck-result.tsx'
import type { Remedy } from './remedy.ts'

export interface RecheckProps {
  readonly capture: Capture
  readonly endpoint: Endpoint
  readonly schemes: readonly SchemeEntry[]
  readonly api: Pick<Api, 'diagnose' | 'schemeCode'>
  /** The URL that was checked with, where the endpoint's scheme signs one. */
  readonly usedUrl: string | undefined
  /** Grows each time that the scheme is to be found: then the secret is asked for. */
  readonly find: number
  /** Where the endpoint's scheme and secrets are set. */
  readonly settingsHref: (scheme?: string) => string
  /** Resolves with whether the settings were taken. */
  readonly onSave: (signing: SigningInput) => Promise<boolean>
  readonly onRemedy: (remedy: Remedy) => void
}

export type Result =
  | { readonly kind: 'found'; readonly input: DiagnoseInput; readonly diagnosis: Diagnosis }
  | { readonly kind: 'failed'; readonly why: string }

export function Recheck(props: RecheckProps) {
  const { capture, endpoint, schemes, api, usedUrl, find, settingsHref, onSave, onRemedy } = props
  const { signing } = endpoint
  const [attempt, setAttempt] = useState<Attempt>(() => blank(endpoint))
  const [result, setResult] = useState<Result | undefined>(undefined)
  const [saving, setSaving] = useState(false)
  const [looking, setLooking] = useState<AbortController | undefined>(undefined)
  const now = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => now.current?.abort(), []) // the capture was left
  const form = useRef<HTMLFormElement | null>(null)
  const wantsSecret = useRef(false)
  useEffect(() => {
    if (find === 0) return
    wantsSecret.current = true
    setAttempt((before) => ({ ...before, scheme: FIND }))
  }, [find])
  // Once the field of that choice is there
  useEffect(() => {
    if (!wantsSecret.current || attempt.scheme !== FIND) return
    wantsSecret.current = false
    form.current?.querySelector<HTMLInputElement>('.secret-field input')?.focus()
  }, [attempt])
  const answer = useRef<HTMLDivElement | null>(null)
  useEffect(() => {
    // It may be below what is seen, and nothing but its own growth would say so.
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'
    if (result !== undefined) answer.current?.scrollIntoView({ block: 'start', behavior })
  }, [result])
  const entry = schemes.find((one) => one.id === attempt.scheme)
  const isOwn = attempt.scheme === signing?.scheme
  const needs = needsOf(attempt, entry, isOwn && usedUrl !== undefined)

  const check = async (event: SubmitEvent) => {
    event.preventDefault()
    const call = new AbortController()
    now.current?.abort()
    now.current = call
    setLooking(call)
    setResult(undefined)
    let next: Result
    try {
      const input = inputOf(attempt, needs)
      next = { kind: 'found', input, diagnosis: await api.diagnose(capture.id, input, call.signal) }
    } catch (error) {
      next = { kind: 'failed', why: sentence(error) }
    }
    if (now.current === call && !call.signal.aborted) setResult(next)
    if (now.current === call) setLooking(undefined)
  }
  const stop = () => {
    looking?.abort()
    setLooking(undefined)
  }
  const save = async (signing: SigningInput) => {
    setSaving(true)
    // What is kept on the server now has no business in the page any more.
    if (await onSave(signing)) {
      const custom = signing.custom ? asJson(signing.custom) : attempt.custom
      setAttempt({ ...attempt, scheme: signing.scheme, custom, key: '' })
      setResult(undefined)
    }
    setSaving(false)
  }
  const remedied = (remedy: Remedy, input: DiagnoseInput) => {
    if (remedy.kind !== 'public-url') return onRemedy(remedy)
    const fitting = signingOf({ ...input, publicUrl: remedy.url }, { verdict: { kind: 'valid' } }, endpoint)
    if (fitting === undefined) return
    void keepIfValid((tried) => api.diagnose(capture.id, tried), fitting).then((keeping) =>
      keeping.kind === 'fits' ? save(keeping.signing) : setResult({ kind: 'failed', why: keeping.why }),
    )
  }
  return (
    <section class="recheck">
      <h3>{signing === undefined ? 'Try a secret on this request' : 'Re-check with another secret'}</h3>
      <p class="muted">
        Nothing is saved before you say so. To check everything that arrives,{' '}
        <a href={settingsHref()}>set the endpoint’s scheme and secret</a>.
      </p>
      <form ref={form} onSubmit={check} aria-busy={looking !== undefined}>
        <RecheckFields
          attempt={attempt}
          needs={needs}
          entry={entry}
          schemes={schemes}
          endpoint={endpoint}
          usedUrl={usedUrl}
          onChange={setAttempt}
        />
        <div class="verdict-row">
          <button type="submit" disabled={looking !== undefined}>
            {looking !== undefined ? 'Looking…' : attempt.scheme === FIND ? 'Find the scheme' : 'Check'}
          </button>
          {looking === undefined ? null : (
            <button type="button" data-look="quiet" onClick={stop}>
              Stop
            </button>
          )}
        </div>
      </form>
      <div aria-live="polite" class="recheck-result" ref={answer}>
        {result === undefined ? null : result.kind === 'failed' ? (
          <p class="field-error">{result.why}</p>
        ) : (
          <RecheckResult
            {...props}
            {...result}
            saving={saving}
            onUse={(found) => void save(found)}
            onRemedy={(remedy) => remedied(remedy, result.input)}
          />
        )}
      </div>
    </section>
  )
}

function blank({ signing }: Endpoint): Attempt {
  return {
    scheme: signing?.scheme ?? FIND,
    custom: signing?.custom === undefined ? '' : asJson(signing.custom),
    key: '',
    extra: {},
    publicUrl: '',
  }
}

const asJson = (row: Scheme): string => JSON.stringify(row, null, 2)
