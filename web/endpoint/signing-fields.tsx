/** The endpoint's scheme and secrets. Secrets are written, never read back: what is shown of one is its end. */
import { useEffect, useState } from 'preact/hooks'
import type { Endpoint, SigningInput } from '../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { exact } from '../format.ts'
import { Field, TextField } from '../ui/field.tsx'
import { type Change, SaveBar, useSaving } from './form.tsx'
import { SchemeFields, usualScheme } from './scheme-fields.tsx'

interface SigningFieldsProps {
  readonly endpoint: Endpoint
  readonly schemes: readonly SchemeEntry[]
  readonly onSchemes: () => void
  readonly onChange: Change
}

export function SigningFields({ endpoint, schemes, onSchemes, onChange }: SigningFieldsProps) {
  useEffect(() => void onSchemes(), [onSchemes])
  const { signing } = endpoint
  const [scheme, setScheme] = useState(signing?.scheme ?? '')
  const [custom, setCustom] = useState<Scheme>(signing?.custom ?? usualScheme())
  const [secrets, setSecrets] = useState('')
  const [publicUrl, setPublicUrl] = useState(signing?.publicUrl ?? '')
  const [expected, setExpected] = useState(Object.values(signing?.extra ?? {})[0] ?? '')
  const saving = useSaving(['signing.secrets', 'signing.publicUrl', 'signing.scheme'])

  const entry = schemes.find((one) => one.id === scheme)
  const row = scheme === 'custom' ? custom : entry?.row
  const written = secrets
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const kept = signing?.secrets ?? []

  const settings = (newSecrets: string[] | undefined): SigningInput => ({
    scheme,
    ...(newSecrets === undefined ? {} : { secrets: newSecrets }),
    ...(scheme === 'custom' ? { custom } : {}),
    ...(publicUrl.trim() === '' ? {} : { publicUrl: publicUrl.trim() }),
    ...extraOf(row, expected, signing?.extra),
    ...(signing?.publicKeys === undefined ? {} : { publicKeys: signing.publicKeys }),
  })
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const next = scheme === '' ? null : settings(written.length === 0 ? undefined : written)
    if (await saving.save(() => onChange({ signing: next }))) setSecrets('')
  }
  const removeSecrets = () => void saving.save(() => onChange({ signing: settings([]) }))

  return (
    <form onSubmit={submit}>
      <p class="muted">
        With a scheme and a secret every request is verified as it comes, and what is stored already is checked again.
      </p>
      <Field label="Scheme" error={saving.errorAt('signing.scheme')} hint={entry && <SchemeHint entry={entry} />}>
        {(parts) => (
          <select {...parts} value={scheme} onChange={(event) => setScheme(event.currentTarget.value)}>
            <option value="">None: signatures are not checked</option>
            <option value="custom">Custom: spell out how it signs</option>
            <optgroup label="Providers">
              {schemes.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
              {scheme !== '' && scheme !== 'custom' && entry === undefined ? (
                <option value={scheme}>{scheme}</option>
              ) : null}
            </optgroup>
          </select>
        )}
      </Field>
      {scheme === 'custom' ? <SchemeFields scheme={custom} onChange={setCustom} /> : null}
      {scheme === '' ? null : (
        <div class="form-box">
          {kept.length === 0 ? null : (
            <div>
              <h3>{kept.length === 1 ? 'Secret in use' : 'Secrets in use'}</h3>
              <ul class="secret-list">
                {kept.map((secret) => (
                  <li key={secret.id}>
                    <code>••••{secret.last4}</code>
                    <span class="muted">added {exact(secret.addedAt).slice(0, 10)}</span>
                  </li>
                ))}
              </ul>
              <button type="button" data-look="danger" onClick={removeSecrets} disabled={saving.busy}>
                {kept.length === 1 ? 'Remove the secret' : 'Remove the secrets'}
              </button>
            </div>
          )}
          <Field
            label={kept.length === 0 ? 'Secret' : 'New secrets'}
            hint={
              kept.length === 0
                ? `${entry?.secretHint ?? 'Exactly as the provider shows it, with its prefix.'} One a line while it is being rotated.`
                : 'One a line. They replace those in use, so while a secret is being rotated enter the old and the new one.'
            }
            error={saving.errorAt('signing.secrets')}
          >
            {(parts) => (
              <textarea
                {...parts}
                rows={2}
                spellcheck={false}
                autocomplete="off"
                value={secrets}
                onInput={(event) => setSecrets(event.currentTarget.value)}
              />
            )}
          </Field>
          {row?.match === undefined ? null : (
            <TextField label={`Expected value of ${row.match.header}`} value={expected} onText={setExpected} />
          )}
          {row?.content.includes('{url') === true || publicUrl !== '' ? (
            <TextField
              label="Public URL"
              hint="The address as the provider knows it, to the letter: this scheme signs it."
              error={saving.errorAt('signing.publicUrl')}
              type="url"
              placeholder={endpoint.url}
              value={publicUrl}
              onText={setPublicUrl}
            />
          ) : null}
        </div>
      )}
      <SaveBar saving={saving} />
    </form>
  )
}

function extraOf(
  row: Scheme | undefined,
  expected: string,
  kept: Record<string, string> | undefined,
): Pick<SigningInput, 'extra'> {
  if (row?.match === undefined) return kept === undefined ? {} : { extra: kept }
  return expected === '' ? {} : { extra: { ...kept, [row.match.extra]: expected } }
}

function SchemeHint({ entry }: { entry: SchemeEntry }) {
  return (
    <>
      Signs <code>{entry.row.content}</code> with {entry.row.alg}, in{' '}
      {entry.row.sig.in === 'header'
        ? 'the header'
        : entry.row.sig.in === 'query'
          ? 'the query parameter'
          : 'the body at'}{' '}
      <code>{entry.row.sig.name}</code>.
    </>
  )
}
