/** Where to send a capture, and what of it. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Destination, SigningChoice } from '../preferences.ts'
import { Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { joined, partsOf, wholeTarget } from './destination.ts'
import { type ReplayOptions, ReplayOptionFields } from './replay-options.tsx'
import { ReplaySigning, type SigningSetup } from './replay-signing.tsx'
import type { Refusal } from './signing-choice.ts'

export interface ReplayFormProps {
  /** What was chosen for this endpoint before. */
  readonly destination: Destination
  /** What was captured below the endpoint, path and query; empty where nothing was. */
  readonly below: string
  /** Whether that goes behind the target. */
  readonly appends: (destination: Destination) => boolean
  readonly sending: boolean
  /** Why nothing can be sent now. */
  readonly blocked: string | undefined
  /** The target is to be given the focus now, and a signature may be chosen already; told once that is so. */
  readonly wanted: Wanted | undefined
  readonly onTarget: () => void
  readonly signing: SigningSetup
  /** What speaks against the choice of signature goes to `onRefused`. */
  readonly onSend: (
    destination: Destination,
    options: ReplayOptions,
    onRefused: (refusal: Refusal | undefined) => void,
  ) => void
}

/** What the form is opened with from elsewhere on the page. */
export interface Wanted {
  readonly signing?: SigningChoice
  /** What speaks against that choice, where it was tried. */
  readonly refusal?: Refusal
}

export function ReplayForm(props: ReplayFormProps) {
  const { destination, below, appends, sending, blocked, wanted, onTarget, signing, onSend } = props
  const [url, setUrl] = useState(destination.url)
  const [append, setAppend] = useState(destination.append)
  const [choice, setChoice] = useState<SigningChoice | undefined>(destination.signing)
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined)
  const [options, setOptions] = useState<ReplayOptions>({})
  const input = useRef<HTMLInputElement | null>(null)
  useEffect(() => setUrl(destination.url), [destination.url])
  useEffect(() => setAppend(destination.append), [destination.append])
  useEffect(() => setChoice(destination.signing), [JSON.stringify(destination.signing)])
  useEffect(() => {
    if (wanted === undefined) return
    if (wanted.signing !== undefined) setChoice(wanted.signing)
    setRefusal(wanted.refusal)
    input.current?.focus()
    onTarget()
  }, [wanted, onTarget])
  const now: Destination = {
    url: wholeTarget(url),
    ...(append === undefined ? {} : { append }),
    ...(choice === undefined ? {} : { signing: choice }),
  }
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    setUrl(now.url)
    setRefusal(undefined)
    onSend(now, options, setRefusal)
  }
  return (
    <form class="replay-form" onSubmit={send}>
      <div class="replay-row">
        <Field label="Target">
          {(parts) => (
            <input
              {...parts}
              ref={input}
              inputMode="url"
              required
              placeholder="http://localhost:3000/webhooks"
              autocomplete="url"
              spellcheck={false}
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" data-look="primary" disabled={sending || blocked !== undefined} title={blocked}>
          <Icon name="send" />
          {sending ? 'Sending…' : 'Replay'}
        </button>
      </div>
      {below === '' ? null : (
        <Behind
          url={now.url}
          below={below}
          stripped={choice?.sign === 'strip'}
          on={appends(now)}
          onChange={setAppend}
        />
      )}
      <ReplaySigning
        {...signing}
        choice={choice}
        refusal={refusal}
        onChange={(next) => {
          setChoice(next)
          // It stays while what it asks for is being answered.
          if (next?.sign !== choice?.sign) setRefusal(undefined)
        }}
      />
      <ReplayOptionFields onChange={setOptions} />
    </form>
  )
}

interface BehindProps {
  readonly url: string
  readonly below: string
  readonly stripped: boolean
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}

/** Characters of a foreign path or URL shown in a line of words. */
const SHOWN = 300

/** The choice that decides which URL is asked for, and what it comes to. */
function Behind({ url, below, stripped, on, onChange }: BehindProps) {
  const isUrl = /^https?:\/\/[^/?#]/i.test(url)
  return (
    <div class="replay-behind">
      <Check
        label={
          <>
            Add <VisibleText text={short(below)} /> behind it
          </>
        }
        checked={on}
        onChange={onChange}
      />
      <p class="field-hint" aria-live="polite">
        {on ? (
          isUrl ? (
            <>
              Goes to <VisibleText text={short(joined(url, below))} />
              {stripped ? ', less the signature if it stands in the query' : ''}
            </>
          ) : (
            'As it was captured below the endpoint.'
          )
        ) : (
          <>
            Not sent: <VisibleText text={short(partsOf(below))} /> of this capture.
          </>
        )}
      </p>
    </div>
  )
}

const short = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
