/** A running inspector, seen from another process: its API with every failure thrown in words fit to be shown. */
import { hc, parseResponse } from 'hono/client'
import type { DiagnoseInput, Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import type { Problem } from '../../shared/problem.ts'
import type { Api } from '../api/app.ts'

export interface Inspector {
  /** Why the signature of a stored capture does or does not fit. What the input names is tried in place of the endpoint's settings. */
  diagnose(id: string, input: DiagnoseInput): Promise<Diagnosis>
}

/**
 * @param base as `serve` prints it, without what follows `#`
 * @throws AppError from each call: what the inspector says, or `unavailable` where nothing that is an inspector answers
 */
export function inspectorAt(base: string, token: string | undefined): Inspector {
  async function guarded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(input, init)
    } catch (error) {
      throw new AppError('unavailable', `No inspector answers at ${base}.`, {
        hint: 'Start one with `hookwell`, or say where it runs with --inspector <url>.',
        cause: error,
      })
    }
    if (response.ok) return response
    throw await failureOf(response, base)
  }
  const { api } = hc<Api>(base.replace(/\/+$/, ''), {
    fetch: guarded,
    headers: (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
  })
  return {
    // The client puts parameters into the path as they are.
    diagnose: (id, json) =>
      parseResponse(api.captures[':id'].diagnose.$post({ param: { id: encodeURIComponent(id) }, json })),
  }
}

async function failureOf(response: Response, base: string): Promise<AppError> {
  const problem = problemIn(await response.text())
  if (problem === undefined)
    return new AppError('unavailable', `What answers at ${base} is not an inspector (status ${response.status}).`, {
      hint: 'Check the address: --inspector takes the URL that `serve` prints behind “Inspector”.',
    })
  const hint = response.status === 401 ? 'Give the token of the inspector with --token.' : problem.hint
  return new AppError(problem.code, problem.detail, {
    ...(hint === undefined ? {} : { hint }),
    ...(problem.issues === undefined ? {} : { issues: problem.issues }),
  })
}

function problemIn(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null // only taken where its fields are what they should be
    return typeof problem?.detail === 'string' && typeof problem.code === 'string' ? (problem as Problem) : undefined
  } catch {
    return undefined // a proxy in between, or another program
  }
}
