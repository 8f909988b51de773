/**
 * Whether what was found would hold if it was kept. It is tried once more exactly as it would be saved before anything is offered: a
 * scheme may have been found with another secret than the one that was typed, such as the same without the spaces around it.
 */
import { useEffect, useState } from 'preact/hooks'
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import type { Endpoint, SigningInput } from '../../shared/endpoint.ts'
import { tidySecrets } from '../../shared/tidy-secret.ts'
import { type Api, ApiError, sentence } from '../api.ts'
import { signingOf } from './attempt.ts'

export type Keeping =
  /** @property note what is saved otherwise than it was typed */
  | { readonly kind: 'fits'; readonly signing: SigningInput; readonly note?: string }
  | { readonly kind: 'unfit'; readonly why: string }

type Check = (input: DiagnoseInput) => Promise<Pick<Diagnosis, 'verdict'>>

/** Undefined where nothing was found. @param input what the diagnosis was asked with */
export async function whatToKeep(
  check: Check,
  input: DiagnoseInput,
  found: Pick<Diagnosis, 'verdict' | 'scheme' | 'schemeId' | 'causes'>,
  endpoint: Pick<Endpoint, 'signing'>,
): Promise<Keeping | undefined> {
  const signing = signingOf(input, found, endpoint)
  if (signing === undefined) return undefined
  if (found.verdict.kind === 'valid') return { kind: 'fits', signing } // just that was checked
  const has = (cause: string) => found.causes.some(({ id }) => id === cause)
  if (has('other_secret')) return { kind: 'unfit', why: NEEDS_OTHER_SECRET }
  return keepIfValid(check, signing, has('secret_whitespace'))
}

/** @param untidy whether the secret may have to be saved without something around it */
export async function keepIfValid(check: Check, signing: SigningInput, untidy = false): Promise<Keeping> {
  const [secret] = signing.secrets ?? []
  try {
    if (await isValid(check, signing)) return { kind: 'fits', signing }
    for (const { text, without } of untidy && secret !== undefined ? tidySecrets(secret) : []) {
      const tidy = { ...signing, secrets: [text] }
      if (await isValid(check, tidy))
        return { kind: 'fits', signing: tidy, note: `The secret is saved without ${without}.` }
    }
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'unfit', why: sentence(error) }
    throw error
  }
  return { kind: 'unfit', why: secret === undefined ? NEEDS_SECRET : NEEDS_MORE }
}

const NEEDS_OTHER_SECRET =
  'It fits with the secret of that other endpoint and not with the one that was tried, so there is nothing to save yet. Try it below with that secret.'
const NEEDS_SECRET =
  'With the secret that is saved here this alone does not make the request valid. Try it below with the secret as the provider shows it.'
const NEEDS_MORE = 'This alone does not make the request valid, because something else differs too: see above.'

async function isValid(check: Check, { scheme, custom, secrets, publicKeys, extra, publicUrl }: SigningInput) {
  const [secret] = secrets ?? []
  const [publicKey] = publicKeys ?? []
  const { verdict } = await check({
    scheme,
    causes: false,
    ...(custom ? { custom } : {}),
    ...(secret === undefined ? {} : { secret }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(extra ? { extra } : {}),
    ...(publicUrl ? { publicUrl } : {}),
  })
  return verdict.kind === 'valid'
}

/** Undefined until it is known. Asked once for each diagnosis. */
export function useKeeping(
  api: Pick<Api, 'diagnose'>,
  capture: string,
  input: DiagnoseInput,
  diagnosis: Diagnosis | undefined,
  endpoint: Pick<Endpoint, 'signing'>,
): Keeping | undefined {
  const [known, setKnown] = useState<{ of: Diagnosis; keeping: Keeping | undefined } | undefined>(undefined)
  useEffect(() => {
    if (diagnosis === undefined) return
    const call = new AbortController()
    whatToKeep((tried) => api.diagnose(capture, tried, call.signal), input, diagnosis, endpoint).then(
      (keeping) => call.signal.aborted || setKnown({ of: diagnosis, keeping }),
      () => undefined, // called off
    )
    return () => call.abort()
  }, [diagnosis])
  return known !== undefined && known.of === diagnosis ? known.keeping : undefined
}
