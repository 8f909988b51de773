/**
 * The one door to the server. Every call resolves with the shape the contract names, or throws an `ApiError` that says
 * what went wrong in words fit to be shown.
 */
import { hc, parseResponse } from 'hono/client'
import type { Api as ServerApi } from '../server/api/app.ts'
import type { Version as ServerVersion } from '../server/api/meta.ts'
import type { CapturePatch } from '../shared/capture.ts'
import type { Replay, Send } from '../shared/delivery.ts'
import type { DiagnoseInput } from '../shared/diagnosis.ts'
import type { Endpoint, EndpointInput, EndpointPatch } from '../shared/endpoint.ts'
import type { Issue, Problem } from '../shared/problem.ts'
import type { Scheme } from '../shared/scheme.ts'

export type Version = ServerVersion

/** A failure the server told, or (`code` absent) that it could not be reached at all. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly hint: string | undefined
  readonly issues: readonly Issue[]

  constructor(detail: string, status: number, problem?: Problem) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.code = problem?.code
    this.hint = problem?.hint
    this.issues = problem?.issues ?? []
  }
}

/** @param base of the page, with a slash at its end  @param onRefused called when the server wants a token it did not get */
export function createApi(base: string, token: () => string | undefined, onRefused: () => void) {
  /** Every failure leaves here as an `ApiError`, so that what is typed below is the good answer only. */
  async function guarded(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(input, init)
    } catch (error) {
      if (init?.signal?.aborted === true) throw error // called off by the page itself
      throw new ApiError('Hookwell cannot be reached. Is it still running?', 0)
    }
    if (response.ok) return response
    if (response.status === 401) onRefused()
    throw await failure(response)
  }
  const { api } = hc<ServerApi>(base, {
    fetch: guarded,
    headers: (): Record<string, string> => {
      const bearer = token()
      return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
    },
  })
  const endpoint = api.endpoints[':endpoint']
  const capture = api.captures[':id']
  // The client puts parameters into the path as they are.
  const byEndpoint = (id: string) => ({ param: { endpoint: encodeURIComponent(id) } })
  const byId = (id: string) => ({ param: { id: encodeURIComponent(id) } })

  return {
    version: () => parseResponse(api.version.$get()),
    schemes: async () => (await parseResponse(api.schemes.$get())).schemes,
    /** Programs that check a scheme's signatures, one a language. */
    schemeCode: async (json: { scheme: string; custom?: Scheme }) =>
      (await parseResponse(api.schemes.code.$post({ json }))).codes,
    /** The public half of the local test key, for schemes whose private key only the provider has; `custom` takes its endpoint. */
    testKey: (scheme: string, endpoint?: string) =>
      parseResponse(
        api.schemes[':scheme']['test-key'].$get({
          param: { scheme: encodeURIComponent(scheme) },
          query: endpoint === undefined ? {} : { endpoint },
        }),
      ),
    templates: async () => (await parseResponse(api.templates.$get())).templates,

    endpoints: async (): Promise<Endpoint[]> => (await parseResponse(api.endpoints.$get())).endpoints,
    addEndpoint: (json: EndpointInput): Promise<Endpoint> => parseResponse(api.endpoints.$post({ json })),
    updateEndpoint: (id: string, json: EndpointPatch): Promise<Endpoint> =>
      parseResponse(endpoint.$patch({ ...byEndpoint(id), json })),
    removeEndpoint: async (id: string) => void (await endpoint.$delete(byEndpoint(id))),
    /** How far the stored captures have been checked again after a change of scheme, secrets or keys. */
    recheck: (id: string) => parseResponse(endpoint.recheck.$get(byEndpoint(id))),
    send: (id: string, json: Send) => parseResponse(endpoint.send.$post({ ...byEndpoint(id), json })),

    /** Newest first. @param page `before`: only captures with a smaller seq */
    captures: (id: string, page: { before?: number; limit: number }) =>
      parseResponse(
        endpoint.captures.$get({
          ...byEndpoint(id),
          query: { limit: String(page.limit), ...(page.before === undefined ? {} : { before: String(page.before) }) },
        }),
      ),
    clear: async (id: string) =>
      (await parseResponse(endpoint.captures.$delete({ ...byEndpoint(id), query: {} }))).deleted,

    capture: (id: string) => parseResponse(capture.$get(byId(id))),
    updateCapture: (id: string, json: CapturePatch) => parseResponse(capture.$patch({ ...byId(id), json })),
    removeCapture: async (id: string) => void (await capture.$delete(byId(id))),
    /** Bytes from `start` up to and without `end`. */
    body: async (id: string, start: number, end: number) => {
      if (end <= start) return new Uint8Array(0)
      const headers = { range: `bytes=${start}-${end - 1}` }
      return new Uint8Array(await (await capture.body.$get(byId(id), { headers })).arrayBuffer())
    },
    wholeBody: async (id: string) => (await capture.body.$get(byId(id))).blob(),
    /** Rejects when `signal` calls it off; the server then stops looking, too. */
    diagnose: (id: string, json: DiagnoseInput, signal?: AbortSignal) =>
      parseResponse(
        capture.diagnose.$post({ ...byId(id), json }, signal === undefined ? undefined : { init: { signal } }),
      ),

    /** Newest first, with the beginning of each response body (`LISTED_BODY_BYTES`). */
    deliveries: async (id: string, limit: number) =>
      (await parseResponse(capture.deliveries.$get({ ...byId(id), query: { limit: String(limit) } }))).deliveries,
    /** With all that is kept of the response body. */
    delivery: (id: string) => parseResponse(api.deliveries[':id'].$get(byId(id))),
    replay: (id: string, json: Replay) => parseResponse(capture.replay.$post({ ...byId(id), json })),

    rejections: async (limit: number) =>
      (await parseResponse(api.rejections.$get({ query: { limit: String(limit) } }))).rejections,

    /** The feed of all endpoints, with everything later than `after` first where it is given. */
    openFeed: (after: number | undefined) => {
      const url = new URL(`${base}api/feed`, location.href)
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
      if (after !== undefined) url.searchParams.set('after', String(after))
      const bearer = token()
      return new WebSocket(url, bearer === undefined ? ['hookwell.v1'] : ['hookwell.v1', `t.${bearer}`])
    },
  }
}
export type Api = ReturnType<typeof createApi>
export type SchemeCode = Awaited<ReturnType<Api['schemeCode']>>[number]
export type TestKey = Awaited<ReturnType<Api['testKey']>>
export type Template = Awaited<ReturnType<Api['templates']>>[number]

/** A sentence to show for anything that was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) {
    // Where it is wrong is said by the name of a field, which is for programs. Often one sentence stands in several places.
    const parts = [error.message, ...error.issues.map((issue) => issue.message), error.hint ?? '']
    return [...new Set(parts)].filter((part) => part !== '').join(' ')
  }
  return error instanceof Error ? error.message : String(error)
}

async function failure(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const problem = JSON.parse(text) as Problem // only read where its fields are what they should be
    if (typeof problem.detail === 'string') return new ApiError(problem.detail, response.status, problem)
  } catch {
    // Not ours: a proxy in between answered.
  }
  return new ApiError(
    `The server answered ${response.status} ${response.statusText}.`.replace(' .', '.'),
    response.status,
  )
}
