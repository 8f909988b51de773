/** What is asked to try another secret: the scheme, its secret or public key, and whatever else that scheme needs. */
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import type { ChoiceGroup } from '../ui/choices.ts'
import { Combobox } from '../ui/combobox.tsx'
import { Field, TextField } from '../ui/field.tsx'
import { Prose } from '../ui/prose.tsx'
import { SecretField } from '../ui/secret-field.tsx'
import { type Attempt, FIND, type Needs } from './attempt.ts'

interface RecheckFieldsProps {
  readonly attempt: Attempt
  readonly needs: Needs
  readonly entry: SchemeEntry | undefined
  readonly schemes: readonly SchemeEntry[]
  readonly endpoint: Endpoint
  readonly usedUrl: string | undefined
  readonly onChange: (attempt: Attempt) => void
}

export function RecheckFields(props: RecheckFieldsProps) {
  const { attempt, needs, entry, schemes, endpoint, usedUrl, onChange } = props
  const set = (change: Partial<Attempt>) => onChange({ ...attempt, ...change })
  return (
    <>
      <Combobox
        label="Scheme"
        hint={
          <Prose
            text={
              attempt.scheme === FIND
                ? 'Every place, key form and algorithm that is in use is tried.'
                : (entry?.note ?? '')
            }
          />
        }
        groups={choicesOf(schemes, endpoint)}
        value={attempt.scheme}
        onChange={(scheme) => set({ scheme })}
      />
      <KeyField {...props} />
      {attempt.scheme === 'custom' ? (
        <Field label="The scheme as JSON" hint="In the shape that “Copy as JSON” gives.">
          {(parts) => (
            <textarea
              {...parts}
              class="mono"
              rows={6}
              required
              spellcheck={false}
              value={attempt.custom}
              onInput={(event) => set({ custom: event.currentTarget.value })}
            />
          )}
        </Field>
      ) : null}
      {needs.settings.map(({ name, label, hint, required }) => (
        <TextField
          key={name}
          verbatim
          label={label}
          {...(hint === undefined ? {} : { hint })}
          required={required && endpoint.signing?.extra?.[name] === undefined}
          placeholder={endpoint.signing?.extra?.[name]}
          value={attempt.extra[name] ?? ''}
          onText={(text) => set({ extra: { ...attempt.extra, [name]: text } })}
        />
      ))}
      {needs.url ? (
        <TextField
          label="Public URL"
          hint="The address as the sender knows it, to the letter: this scheme signs it."
          type="url"
          placeholder={usedUrl ?? endpoint.signing?.publicUrl ?? endpoint.url}
          value={attempt.publicUrl}
          onText={(publicUrl) => set({ publicUrl })}
        />
      ) : null}
    </>
  )
}

function KeyField({ attempt, needs, entry, endpoint, onChange }: RecheckFieldsProps) {
  const set = (key: string) => onChange({ ...attempt, key })
  const kept = needs.publicKey ? (endpoint.signing?.publicKeys ?? []) : (endpoint.signing?.secrets ?? [])
  const own = kept.length === 0 ? undefined : 'Empty: what this endpoint has is used.'
  const hint = [entry?.secretHint, own].filter((part) => part !== undefined).join(' ')
  const shown = hint === '' ? {} : { hint: <Prose text={hint} /> }
  if (!needs.publicKey) {
    return (
      <SecretField label="Secret to try" {...shown} required={kept.length === 0} value={attempt.key} onText={set} />
    )
  }
  return (
    <Field label="Public key to try" {...shown}>
      {(parts) => (
        <textarea
          {...parts}
          class="mono"
          rows={3}
          spellcheck={false}
          autocomplete="off"
          required={kept.length === 0}
          value={attempt.key}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

function choicesOf(schemes: readonly SchemeEntry[], { signing }: Endpoint): ChoiceGroup[] {
  const entries = schemes.map(({ id, name, row }) => ({ id, name, words: row.sig.name }))
  return [
    {
      name: 'This endpoint',
      choices: entries.filter((entry) => entry.id === signing?.scheme),
    },
    {
      name: 'Without a provider',
      choices: [
        { id: FIND, name: 'I don’t know the scheme: find it', otherwise: true },
        {
          id: 'custom',
          name: signing?.scheme === 'custom' ? 'This endpoint’s own scheme' : 'A scheme of my own, as JSON',
          words: 'custom',
          otherwise: true,
        },
      ],
    },
    { name: 'Providers', choices: entries.filter((entry) => entry.id !== signing?.scheme) },
  ]
}
