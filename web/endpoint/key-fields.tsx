/** What a scheme checks with: secrets, of which only the ends can be seen, or public keys, which are no secret. */
import type { Signing } from '../../shared/endpoint.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { exact } from '../format.ts'
import { publicKeyWarning, secretWarning } from './secret-warnings.ts'
import type { SigningDraft } from './signing-draft.ts'
import { ValueList } from './value-list.tsx'

interface KeyFieldsProps {
  readonly draft: SigningDraft
  readonly row: Scheme | undefined
  readonly entry: SchemeEntry | undefined
  readonly kept: Signing['secrets']
  readonly errorAt: (path: string) => string | undefined
  readonly busy: boolean
  readonly onChange: (change: Partial<SigningDraft>) => void
  readonly onRemoveSecrets: () => void
}

export function KeyFields({ draft, row, entry, kept, errorAt, busy, onChange, onRemoveSecrets }: KeyFieldsProps) {
  // What is wrong with all of them stands at the first.
  const at = (path: string) => (index: number) =>
    errorAt(`${path}.${index}`) ?? (index === 0 ? errorAt(path) : undefined)
  if (row !== undefined && usesPublicKey(row)) {
    return (
      <ValueList
        label="Public key"
        hint={`${FORMS[row.key.enc]} Public keys are no secret; several are tried one after another.`}
        addCaption="Another key"
        values={draft.publicKeys}
        multiline
        placeholder={EXAMPLES[row.key.enc]}
        warningOf={(value) => publicKeyWarning(value, row)}
        errorAt={at('publicKeys')}
        onChange={(publicKeys) => onChange({ publicKeys })}
      />
    )
  }
  return (
    <>
      {kept.length === 0 ? null : <Kept kept={kept} busy={busy} onRemove={onRemoveSecrets} />}
      <ValueList
        label={kept.length === 0 ? 'Secret' : 'New secret'}
        hint={
          kept.length === 0
            ? 'Exactly as the provider shows it, with its prefix. It is kept encrypted here and never shown again.'
            : 'Empty: what is in use stays. What you enter replaces it; while a secret is being rotated enter the old and the new one.'
        }
        addCaption="A second one, while it is being rotated"
        values={draft.secrets}
        multiline={false}
        warningOf={(value) => secretWarning(value, row?.key, entry?.secretHint)}
        errorAt={at('secrets')}
        onChange={(secrets) => onChange({ secrets })}
      />
    </>
  )
}

const FORMS: Readonly<Record<Scheme['key']['enc'], string>> = {
  pem: 'In PEM, from -----BEGIN to -----END.',
  'spki-base64': 'In base64, as the provider shows it.',
  base64: 'In base64, as the provider shows it.',
  hex: 'In hex: pairs of 0–9 and a–f.',
  jwk: 'As JSON Web Key.',
  utf8: '',
}

const EXAMPLES: Readonly<Partial<Record<Scheme['key']['enc'], string>>> = {
  pem: '-----BEGIN PUBLIC KEY-----',
  'spki-base64': 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD…',
  jwk: '{"kty":"EC","crv":"P-256", …}',
}

interface KeptProps {
  readonly kept: Signing['secrets']
  readonly busy: boolean
  readonly onRemove: () => void
}

function Kept({ kept, busy, onRemove }: KeptProps) {
  return (
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
      <button type="button" data-look="danger" onClick={onRemove} disabled={busy}>
        {kept.length === 1 ? 'Remove the secret' : 'Remove the secrets'}
      </button>
    </div>
  )
}
