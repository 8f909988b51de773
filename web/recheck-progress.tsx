/** How far the stored requests have been checked with the settings that were just saved, and what came of it. */
import { useEffect, useState } from 'preact/hooks'
import { PAGE_MAX } from '../shared/limits.ts'
import { type Api, sentence } from './api.ts'
import { count, plural } from './format.ts'
import './recheck-progress.css'

/** Milliseconds between two questions. */
const ASK_MS = 500

type Progress =
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly total: number; readonly valid: number | undefined }
  | { readonly kind: 'failed'; readonly why: string }

interface RecheckProgressProps {
  readonly api: Pick<Api, 'recheck' | 'captures'>
  readonly endpoint: string
}

/** Mounted by a save; drawn anew (`key`) by the next one. */
export function RecheckProgress({ api, endpoint }: RecheckProgressProps) {
  const [progress, setProgress] = useState<Progress | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      try {
        const { running, done, total } = await api.recheck(endpoint)
        if (!isCurrent) return
        if (running) {
          setProgress({ kind: 'running', done, total })
          timer = setTimeout(() => void ask(), ASK_MS)
          return
        }
        const valid = await countValid(api, endpoint, total)
        if (isCurrent) setProgress({ kind: 'done', total, valid })
      } catch (error) {
        if (isCurrent) setProgress({ kind: 'failed', why: sentence(error) })
      }
    }
    void ask()
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [api, endpoint])
  return (
    <div class="recheck-progress" role="status">
      {progress === undefined ? null : progress.kind === 'running' ? (
        <>
          <progress max={progress.total} value={progress.done} aria-label="Stored requests checked again" />
          <span>
            Checked {count(progress.done)} of {plural(progress.total, 'stored request')} again
          </span>
        </>
      ) : progress.kind === 'failed' ? (
        `How far the stored requests are checked could not be asked: ${progress.why}`
      ) : (
        doneInWords(progress.total, progress.valid)
      )}
    </div>
  )
}

/** @param valid undefined where it was not counted */
export function doneInWords(total: number, valid: number | undefined): string {
  if (total === 0) return 'Nothing was stored yet. Every request is checked as it comes.'
  const all = total === 1 ? 'The one stored request was' : `All ${count(total)} stored requests were`
  if (valid === undefined) return `${all} checked again.`
  if (total === 1) return `${all} checked again: its signature is ${valid === 1 ? 'valid now' : 'not valid'}.`
  const now =
    valid === total
      ? 'all of them are valid now'
      : `${valid === 0 ? 'none' : count(valid)} ${valid === 1 ? 'is' : 'are'} valid now`
  return `${all} checked again: ${now}.`
}

/** Only where one page of the list holds them all: a count is not worth more than that. */
async function countValid(api: Pick<Api, 'captures'>, endpoint: string, total: number): Promise<number | undefined> {
  if (total > PAGE_MAX) return undefined
  const { captures, more } = await api.captures(endpoint, { limit: PAGE_MAX })
  return more ? undefined : captures.filter((one) => one.verdict.kind === 'valid').length
}
