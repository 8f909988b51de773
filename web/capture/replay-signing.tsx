/** The choice of what becomes of the signature, each in one line, with what belongs to signing anew. */
import { useId } from 'preact/hooks'
import type { Replay } from '../../shared/delivery.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme } from '../../shared/scheme.ts'
import type { TestKey } from '../api.ts'
import type { SigningChoice } from '../preferences.ts'
import { Check } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Refusal } from './signing-choice.ts'
import { TestKeyBox } from './test-key-box.tsx'

export interface SigningSetup {
  /** How the endpoint's requests are signed; undefined where it has no scheme. */
  readonly row: Scheme | undefined
  readonly scheme: string | undefined
  /** A receiver that checks the time refuses the request as it came. */
  readonly late: boolean
  /** Where a scheme and a secret are set. */
  readonly settingsHref: string
  /** Fetches the public half of the local test key. */
  readonly testKey: (scheme: string) => Promise<TestKey>
}

interface ReplaySigningProps extends SigningSetup {
  readonly choice: SigningChoice | undefined
  readonly refusal: Refusal | undefined
  readonly onChange: (choice: SigningChoice | undefined) => void
}

type Sign = NonNullable<Replay['sign']>

const SIGNS: readonly Sign[] = ['keep', 'resign', 'strip', 'corrupt']

export function ReplaySigning(props: ReplaySigningProps) {
  const { row, scheme, late, settingsHref, testKey, choice, refusal, onChange } = props
  const id = useId()
  const sign: Sign = choice?.sign ?? 'keep'
  const byTestKey = row !== undefined && usesPublicKey(row)
  // Where it can be, what is made wrong is signed as of now first: then only the signature speaks against it.
  const keepsTime = row === undefined || byTestKey || row.alg === 'jwt' || row.ts?.in === 'bodyJson'
  const choose = (next: Sign) => onChange(next === 'keep' ? undefined : { ...choice, sign: next })
  return (
    <fieldset class="replay-signing" aria-describedby={refusal === undefined ? undefined : `${id}-refusal`}>
      <legend>Signature</legend>
      {late && (sign === 'keep' || (sign === 'corrupt' && keepsTime)) ? (
        <p class="replay-late">
          <Icon name="warning" />
          <span>
            {sign === 'keep'
              ? 'By now this request is too old: an app that checks the time refuses it as it came.'
              : 'By now this request is too old: an app may refuse it for that, and never look at the signature.'}
          </span>
          {sign === 'keep' ? (
            <button type="button" onClick={() => choose('resign')}>
              Sign it anew
            </button>
          ) : null}
        </p>
      ) : null}
      <div class="replay-signs">
        {SIGNS.map((one) => (
          <Radio
            key={one}
            name={`${id}-sign`}
            {...wordsOf(one, byTestKey)}
            checked={sign === one}
            disabled={one !== 'keep' && scheme === undefined}
            onChoose={() => choose(one)}
          />
        ))}
      </div>
      {scheme === undefined ? (
        <p class="field-hint">
          Hookwell does not know how this endpoint’s requests are signed. <a href={settingsHref}>Set its scheme</a> to
          choose more.
        </p>
      ) : null}
      {choice?.sign === 'resign' ? (
        <div class="replay-anew">
          <Check
            label="With a new event id"
            hint="So that it counts as a new event, and not as one that your app has seen."
            checked={choice.newId === true}
            onChange={(newId) => onChange({ ...choice, newId })}
          />
          {row?.ts?.in === 'bodyJson' || refusal?.wantsBodyTime === true || choice.bodyTime === true ? (
            <Check
              label="Set the time in the body to now"
              hint="This scheme keeps the time there. The body then differs from what was captured in that one value."
              checked={choice.bodyTime === true}
              onChange={(bodyTime) => onChange({ ...choice, bodyTime })}
            />
          ) : null}
          {byTestKey && scheme !== undefined ? <TestKeyBox scheme={scheme} testKey={testKey} /> : null}
        </div>
      ) : null}
      {refusal === undefined ? null : (
        <p class="field-error" id={`${id}-refusal`} role="alert">
          {refusal.text}
        </p>
      )}
    </fieldset>
  )
}

function wordsOf(sign: Sign, byTestKey: boolean): { label: string; hint: string } {
  switch (sign) {
    case 'keep':
      return { label: 'As it came', hint: 'Every byte as captured.' }
    case 'resign':
      return byTestKey
        ? {
            label: 'Signed anew, with a test key',
            hint: 'Only the provider has the real key. Your app must be given the test key below.',
          }
        : { label: 'Signed anew', hint: 'With the secret of this endpoint and the time of now.' }
    case 'strip':
      return { label: 'Left out', hint: 'To see that your app refuses an unsigned request.' }
    case 'corrupt':
      return { label: 'Deliberately wrong', hint: 'Looks right and is not. To see that your app checks it.' }
  }
}

interface RadioProps {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly disabled: boolean
  readonly onChoose: () => void
}

function Radio({ name, label, hint, checked, disabled, onChoose }: RadioProps) {
  const id = useId()
  return (
    <div class="check">
      <input
        type="radio"
        id={id}
        name={name}
        checked={checked}
        disabled={disabled}
        aria-describedby={`${id}-hint`}
        onChange={onChoose}
      />
      <label for={id}>{label}</label>
      <p class="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  )
}
