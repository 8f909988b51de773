/** Where a row says things stand in a request: its signature, its timestamp, its id. Names are lowered and paths are split once. */
import type { Scheme } from '../../shared/scheme.ts'
import { headerValuesOf, jsonAt, queryValuesOf, type SignedRequest, textOf } from './request.ts'

/** A reader of something that comes once. `undefined`: not there; `null`: there more than once, and not the same each time. */
export type ReadOne = (request: SignedRequest) => string | undefined | null

/** All values that hold signatures. A header may come twice: while a secret is being replaced, some providers send a line for each. */
export function readerOfSignatures(sig: Scheme['sig']): (request: SignedRequest) => string[] {
  switch (sig.in) {
    case 'header': {
      const name = sig.name.toLowerCase()
      if (sig.aliases === undefined) return (request) => headerValuesOf(request.headers, name)
      const names = [name, ...sig.aliases.map((alias) => alias.toLowerCase())]
      return (request) => names.flatMap((each) => headerValuesOf(request.headers, each))
    }
    case 'query': {
      const names = [sig.name, ...(sig.aliases ?? [])]
      return (request) => names.flatMap((each) => queryValuesOf(request.target, each))
    }
    case 'bodyJson': {
      const paths = [sig.name, ...(sig.aliases ?? [])].map((path) => path.split('.'))
      return (request) => {
        const json = request.json()
        return paths.flatMap((path) => textOf(jsonAt(json, path)) ?? [])
      }
    }
    case 'body':
      return (request) => (request.body.length === 0 ? [] : [request.body.toString('latin1')])
  }
}

/** The timestamp, where it does not stand among the fields of the signature. */
export function readerOfTimestamp(ts: Scheme['ts']): ReadOne {
  if (ts?.in === 'header') return readerOfHeader(ts.name, ts.aliases)
  if (ts?.in !== 'bodyJson') return () => undefined
  const path = ts.name.split('.')
  return (request) => textOf(jsonAt(request.json(), path))
}

export function readerOfId(id: Scheme['id']): ReadOne {
  return id === undefined ? () => undefined : readerOfHeader(id.name, id.aliases)
}

/** The signature's place, for sentences. */
export function placeOfSignature(sig: Scheme['sig']): string {
  if (sig.in === 'header') return `The header ${sig.name}`
  if (sig.in === 'body') return 'The body'
  return sig.in === 'query' ? `The query parameter ${sig.name}` : `The body's ${sig.name}`
}

/** The timestamp's place, for sentences. */
export function placeOfTimestamp(row: Scheme): string {
  const { ts, sig } = row
  if (ts?.in === 'header') return `The header ${ts.name}`
  return ts?.in === 'bodyJson' ? `The body's ${ts.name}` : `The field ${ts?.name} of ${sig.name}`
}

function readerOfHeader(name: string, aliases: readonly string[] = []): ReadOne {
  const names = [name, ...aliases].map((each) => each.toLowerCase())
  return (request) => {
    for (const each of names) {
      const values = headerValuesOf(request.headers, each)
      const first = values[0]
      if (first === undefined) continue
      return values.length === 1 || values.every((value) => value === first) ? first : null
    }
    return undefined
  }
}
