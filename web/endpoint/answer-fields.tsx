/** What the sender hears, where it is not the usual `200` with the capture's id. */
import { useState } from 'preact/hooks'
import type { Answer, Endpoint } from '../../shared/endpoint.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { Field, TextField } from '../ui/field.tsx'
import { type Change, SaveBar, useSaving } from './form.tsx'

export function AnswerFields({ endpoint, onChange }: { endpoint: Endpoint; onChange: Change }) {
  const now = endpoint.answer.default
  const [status, setStatus] = useState(now.status === undefined ? '' : String(now.status))
  const [headers, setHeaders] = useState((now.headers ?? []).map(([name, value]) => `${name}: ${value}`).join('\n'))
  const [body, setBody] = useState(now.body ?? '')
  // Bytes that are no text cannot be edited here. They stay until they are replaced.
  const [keptBytes, setKeptBytes] = useState(now.bodyBase64)
  const saving = useSaving(['answer.default.status', 'answer.default.headers', 'answer.default.body'])
  const [faultyLine, setFaultyLine] = useState<number | undefined>(undefined)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const faulty = lineWithoutColon(headers)
    setFaultyLine(faulty)
    if (faulty !== undefined) return
    const pairs = parseHeaders(headers)
    const answer: Answer = {
      ...(status.trim() === '' ? {} : { status: Number(status) }),
      ...(pairs.length === 0 ? {} : { headers: pairs }),
      ...(keptBytes !== undefined ? { bodyBase64: keptBytes } : body === '' ? {} : { body }),
    }
    void saving.save(() => onChange({ answer: Object.keys(answer).length === 0 ? null : { default: answer } }))
  }
  const reset = () => {
    setStatus('')
    setHeaders('')
    setBody('')
    setKeptBytes(undefined)
    void saving.save(() => onChange({ answer: null }))
  }
  return (
    <form onSubmit={submit}>
      <p class="muted">
        Unless you say otherwise, every request is answered with 200 and a short JSON text that names the capture. A
        change holds from the next request on.
      </p>
      <TextField
        label="Status"
        hint="200 to 599. Empty: 200."
        error={saving.errorAt('answer.default.status')}
        type="number"
        min={200}
        max={599}
        placeholder="200"
        value={status}
        onText={setStatus}
      />
      <Field
        label="Headers"
        hint="One a line, Name: value. Order, case and repeats are kept; Content-Length and the like are set for you."
        error={
          faultyLine === undefined
            ? saving.errorAt('answer.default.headers')
            : `Line ${faultyLine} has no colon: Name: value.`
        }
      >
        {(parts) => (
          <textarea
            {...parts}
            rows={3}
            spellcheck={false}
            placeholder="Content-Type: application/json"
            value={headers}
            onInput={(event) => setHeaders(event.currentTarget.value)}
          />
        )}
      </Field>
      {keptBytes === undefined ? (
        <Field
          label="Body"
          hint="Empty: the usual JSON text, if status and headers are the usual too."
          error={saving.errorAt('answer.default.body')}
        >
          {(parts) => (
            <textarea
              {...parts}
              rows={6}
              spellcheck={false}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          )}
        </Field>
      ) : (
        <div class="form-box">
          <p>The body is made of bytes that were set through the API.</p>
          <div>
            <button type="button" onClick={() => setKeptBytes(undefined)}>
              Replace by text
            </button>
          </div>
        </div>
      )}
      <SaveBar saving={saving}>
        <button type="button" onClick={reset} disabled={saving.busy}>
          Back to the usual answer
        </button>
      </SaveBar>
    </form>
  )
}

/** Lines without a colon are sent as a name with an empty value, which the server will judge. */
export function parseHeaders(text: string): HeaderPairs {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(':')
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    })
}

/** From 1; undefined where every line is a header. */
function lineWithoutColon(text: string): number | undefined {
  const at = text.split('\n').findIndex((line) => line.trim() !== '' && !line.includes(':'))
  return at < 0 ? undefined : at + 1
}
