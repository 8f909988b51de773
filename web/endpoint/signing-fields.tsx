/** The endpoint's scheme and secrets. Secrets are written, never read back: what is shown of one is its end. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Issue } from '../../shared/problem.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import type { Api } from '../api.ts'
import { Combobox } from '../ui/combobox.tsx'
import { Check, TextField } from '../ui/field.tsx'
import { CustomScheme } from './custom-scheme.tsx'
import { type Change, SaveBar, useSaving } from './form.tsx'
import { KeyFields } from './key-fields.tsx'
import { LiveCheck, useStored, useTried } from './live-check.tsx'
import { PublicUrlField } from './public-url-field.tsx'
import { RecheckProgress } from '../recheck-progress.tsx'
import { SchemeAbout } from './scheme-about.tsx'
import { FIND_IT, schemeGroups } from './scheme-choices.ts'
import { SCHEME_PATHS } from './scheme-fields.tsx'
import {
  draftOf,
  inputOf,
  isChanged,
  needsUrl,
  rowOf,
  type SigningDraft,
  settingsOf,
  trialsOf,
} from './signing-draft.ts'

interface SigningFieldsProps {
  readonly endpoint: Endpoint
  readonly endpoints: readonly Endpoint[]
  readonly schemes: readonly SchemeEntry[]
  /** A scheme that a link proposes to begin with. */
  readonly proposed: string | undefined
  readonly api: Pick<Api, 'captures' | 'diagnose' | 'recheck'>
  readonly onSchemes: () => void
  readonly onChange: Change
  /** Leads to where the scheme is looked for with the secret; on this capture, where one came. */
  readonly onFind: (capture: string | undefined) => void
  /** Told whenever there is something that is not saved, or no longer. */
  readonly onUnsaved: (unsaved: boolean) => void
}

export function SigningFields(props: SigningFieldsProps) {
  const { endpoint, endpoints, schemes, proposed, api, onSchemes, onChange, onFind, onUnsaved } = props
  useEffect(() => void onSchemes(), [onSchemes])
  const { signing } = endpoint
  const [draft, setDraft] = useState(() => draftOf(signing, proposed))
  const [saves, setSaves] = useState(0)
  const put = (change: Partial<SigningDraft>) => setDraft((before) => ({ ...before, ...change }))

  const entry = schemes.find((one) => one.id === draft.scheme)
  const row = rowOf(draft, entry)
  const settings = settingsOf(row, entry)
  const saving = useSaving(pathsOf(draft, settings))
  const unsaved = isChanged(draft, signing)
  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved])

  const stored = useStored(api, endpoint.id, endpoint.captures > 0)
  const [picked, setPicked] = useState<string | undefined>(undefined)
  const capture = picked ?? stored[0]?.id
  const trials = trialsOf(draft, entry, signing)
  const tried = useTried(api, capture, trials)
  const found = tried?.kind === 'found' ? tried.diagnosis : undefined
  const suggestions = found?.suggestions
  const groups = useMemo(
    () => schemeGroups({ schemes, endpoints, suggestions: suggestions ?? [] }),
    [schemes, endpoints, suggestions],
  )
  /** Of what was saved in vain, else of what is tried as it is typed. */
  const errorAt = (path: string) =>
    saving.errorAt(`signing.${path}`) ?? (tried?.kind === 'refused' ? issueAt(tried.issues, path) : undefined)

  const save = async (next: ReturnType<typeof inputOf>) => {
    if (!(await saving.save(() => onChange({ signing: next })))) return
    setDraft((before) => ({ ...before, secrets: [''] }))
    setSaves((before) => before + 1)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    void save(inputOf(draft, entry, signing))
  }
  const removeSecrets = () => {
    const input = inputOf({ ...draft, secrets: [] }, entry, signing)
    if (input !== null) void save({ ...input, secrets: [] })
  }
  return (
    <form onSubmit={submit}>
      <p class="muted">
        With a scheme and a secret every request is verified as it comes, and what is stored already is checked again.
      </p>
      <Combobox
        label="Scheme"
        hint="Type the provider’s name, or that of the header its signature comes in."
        groups={groups}
        value={draft.scheme}
        error={errorAt('scheme')}
        onChange={(scheme) => (scheme === FIND_IT ? onFind(stored[0]?.id) : put({ scheme }))}
      />
      {entry === undefined ? null : <SchemeAbout entry={entry} />}
      {draft.scheme === 'custom' ? (
        <CustomScheme
          scheme={draft.custom}
          schemes={schemes}
          errorAt={(path) => errorAt(`custom.${path}`)}
          onChange={(custom) => put({ custom })}
        />
      ) : null}
      {draft.scheme === '' ? null : (
        <div class="form-box">
          <KeyFields
            draft={draft}
            row={row}
            entry={entry}
            kept={signing?.secrets ?? []}
            errorAt={errorAt}
            busy={saving.busy}
            onChange={put}
            onRemoveSecrets={removeSecrets}
          />
          {settings.map((setting) => (
            <TextField
              key={setting.name}
              verbatim
              label={setting.required ? setting.label : `${setting.label} (may stay empty)`}
              {...(setting.hint === undefined ? {} : { hint: setting.hint })}
              value={draft.extra[setting.name] ?? ''}
              error={errorAt(`extra.${setting.name}`)}
              onText={(text) => put({ extra: { ...draft.extra, [setting.name]: text } })}
            />
          ))}
          {needsUrl(row, entry, found) || draft.publicUrl !== '' ? (
            <PublicUrlField
              value={draft.publicUrl}
              used={found?.url}
              placeholder={endpoint.url}
              error={errorAt('publicUrl')}
              onText={(publicUrl) => put({ publicUrl })}
            />
          ) : null}
          {entry?.keysFrom !== undefined || (draft.fetchKeys && row !== undefined && usesPublicKey(row)) ? (
            <Check
              label="Fetch the provider’s public keys when a request names one that is not here"
              hint={`From ${entry?.keysFrom ?? 'the provider'}, and from nowhere else. Off: nothing is fetched, and the keys above are used.`}
              checked={draft.fetchKeys}
              onChange={(fetchKeys) => put({ fetchKeys })}
            />
          ) : null}
        </div>
      )}
      {draft.scheme === '' || capture === undefined ? null : (
        <LiveCheck
          stored={stored}
          capture={capture}
          onCapture={setPicked}
          tried={tried}
          of={trials.length}
          detailed={draft.scheme === 'custom'}
        />
      )}
      <SaveBar saving={saving} />
      {saves === 0 ? null : <RecheckProgress key={saves} api={api} endpoint={endpoint.id} />}
    </form>
  )
}

/** The more special paths first: what is wrong stands at the first that fits. */
function pathsOf(draft: SigningDraft, settings: readonly { readonly name: string }[]): string[] {
  return [
    'scheme',
    ...draft.secrets.map((_, index) => `secrets.${index}`),
    'secrets',
    ...draft.publicKeys.map((_, index) => `publicKeys.${index}`),
    'publicKeys',
    ...settings.map(({ name }) => `extra.${name}`),
    'publicUrl',
    ...(draft.scheme === 'custom' ? SCHEME_PATHS.map((path) => `custom.${path}`) : []),
  ].map((path) => `signing.${path}`)
}

/** What is tried is told by the names of that call: the row under `custom`, one secret, one key. */
function issueAt(issues: readonly Issue[], path: string): string | undefined {
  const name = { 'secrets.0': 'secret', 'publicKeys.0': 'publicKey' }[path] ?? path
  const belongs = (issue: Issue, to: string) => issue.path === to || issue.path.startsWith(`${to}.`)
  const isCustom = path.startsWith('custom.')
  return issues.find((issue) => {
    if (!isCustom) return belongs(issue, name)
    return `custom.${SCHEME_PATHS.find((one) => belongs(issue, `custom.${one}`)) ?? ''}` === path
  })?.message
}
