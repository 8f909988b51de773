/** A query string or a form body as its pairs, in order, each as it was sent and as it reads. */

export interface QueryPair {
  readonly raw: string
  readonly name: string
  /** Undefined where there is no `=` at all, which is not the same as an empty value. */
  readonly value: string | undefined
  /** Whether a percent sign is followed by something that is no byte. Then the text is shown undecoded. */
  readonly broken: boolean
}

/** The part behind the first `?` of a request target; undefined where there is none. */
export function queryOf(target: string): string | undefined {
  const at = target.indexOf('?')
  return at < 0 ? undefined : target.slice(at + 1)
}

export function queryPairs(query: string): QueryPair[] {
  if (query === '') return []
  return query.split('&').map((raw) => {
    const cut = raw.indexOf('=')
    const name = read(cut < 0 ? raw : raw.slice(0, cut))
    const value = cut < 0 ? undefined : read(raw.slice(cut + 1))
    return { raw, name: name.text, value: value?.text, broken: name.broken || value?.broken === true }
  })
}

function read(text: string): { text: string; broken: boolean } {
  try {
    return { text: decodeURIComponent(text.replaceAll('+', ' ')), broken: false }
  } catch {
    return { text, broken: true }
  }
}
