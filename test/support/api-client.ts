/** The API as a plain client sees it: method, path, JSON. */

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** Of a body that is JSON; undefined where there is none. */
  readonly json: unknown
}

export type ApiClient = (method: string, path: string, input?: unknown) => Promise<ApiAnswer>

/** @param base of the inspector; `seen` is told of every exchange */
export function apiClient(
  base: string,
  seen: (method: string, path: string, answer: ApiAnswer) => void = () => undefined,
): ApiClient {
  return async (method, path, input) => {
    const response = await fetch(base + path, {
      method,
      ...(input === undefined ? {} : { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const answer = {
      status: response.status,
      headers: response.headers,
      json: isJson ? (JSON.parse(text) as unknown) : undefined,
    }
    seen(method, path, answer)
    return answer
  }
}
