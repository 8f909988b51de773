/** What all forms of an endpoint share: saving a part of its settings, and putting what is wrong beside the field it belongs to. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { EndpointPatch } from '../../shared/endpoint.ts'
import { ApiError, sentence } from '../api.ts'

interface Saving {
  readonly busy: boolean
  readonly saved: boolean
  /** What is wrong with one field, by its path in the settings. */
  errorAt(path: string): string | undefined
  /** What is wrong with no field in particular. */
  readonly failure: string | undefined
  save(action: () => Promise<unknown>): Promise<boolean>
}

/** @param paths of the fields that show their own errors */
export function useSaving(paths: readonly string[]): Saving {
  const [state, setState] = useState<{ busy: boolean; saved: boolean; error: unknown }>({
    busy: false,
    saved: false,
    error: undefined,
  })
  const { error } = state
  const issues = error instanceof ApiError ? error.issues : []
  const own = (path: string) =>
    paths.find((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}/`))
  const others = issues.filter((issue) => own(issue.path) === undefined)
  const failure =
    error === undefined
      ? undefined
      : issues.length === 0
        ? sentence(error)
        : others.length === 0
          ? undefined
          : others.map((issue) => `${issue.path}: ${issue.message}`).join(' ')
  return {
    busy: state.busy,
    saved: state.saved,
    failure,
    errorAt: (path) => issues.find((issue) => own(issue.path) === path)?.message,
    save: async (action) => {
      setState({ busy: true, saved: false, error: undefined })
      try {
        await action()
        setState({ busy: false, saved: true, error: undefined })
        return true
      } catch (thrown) {
        setState({ busy: false, saved: false, error: thrown })
        return false
      }
    },
  }
}

export type Change = (patch: EndpointPatch) => Promise<unknown>

export function SaveBar({ saving, children }: { saving: Saving; children?: ComponentChildren }) {
  return (
    <>
      {saving.failure === undefined ? null : (
        <p class="field-error" role="alert">
          {saving.failure}
        </p>
      )}
      <div class="form-actions">
        <button type="submit" data-look="primary" disabled={saving.busy}>
          {saving.busy ? 'Saving…' : 'Save'}
        </button>
        {children}
        <output class="muted">{saving.saved ? 'Saved' : ''}</output>
      </div>
    </>
  )
}

/** Text of a field as the API wants it: nothing written means cleared. */
export const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
