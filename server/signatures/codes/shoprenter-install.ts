/**
 * Shoprenter calls an app's URLs for installing and removing with a query that is signed, apart from the signature itself. Its
 * description and its sample code put the parameters in different orders, so all are tried: as they came, and both of those.
 */
import type { SchemeCode } from '../definition.ts'
import { nameOf, queryOf } from '../request.ts'

/** The order of the sample code; the description's is that of the alphabet. */
const SAMPLE = ['shopname', 'code', 'timestamp']

export const shoprenterInstall: SchemeCode = {
  contents: ({ target }) => {
    const came = queryOf(target, 'hmac')
    if (came === '') return { id: 'part_missing', says: 'The query, which is signed, is empty.' }
    const pairs = came.split('&', PAIRS_READ)
    const rank = (pair: string): number => (SAMPLE.indexOf(nameOf(pair)) + SAMPLE.length + 1) % (SAMPLE.length + 1)
    const orders = [came, pairs.toSorted().join('&'), pairs.toSorted((a, b) => rank(a) - rank(b)).join('&')]
    return [...new Set(orders)].map((text) => [text])
  },
}

/** Shoprenter sends three or four. */
const PAIRS_READ = 50
