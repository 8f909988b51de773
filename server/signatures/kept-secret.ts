/**
 * What a secret that is already here may be put to by somebody who does not know it.
 *
 * Secrets are written and never given back. A scheme that sends the secret itself would give it back, and one that reads it in a way of
 * somebody's own choosing would tell it piece by piece: cut off if it begins with this, with that? So for these it is typed again.
 */
import type { Scheme } from '../../shared/scheme.ts'
import type { Definition } from './definition.ts'
import { asksWithSecret } from './provider-key.ts'
import { SCHEMES } from './schemes.ts'

/**
 * Why the secret has to be typed again before another scheme may use it; undefined where it need not be.
 * @param own what it was typed for
 */
export function retypeReason(own: Definition | undefined, next: Definition): string | undefined {
  if (sendsSecret(next) && !(own !== undefined && sendsSecret(own) && own.id === next.id))
    return 'This scheme sends the secret itself along: type the secret again.'
  return readsAnew(own, next) ? READS_ANEW : undefined
}

export const READS_ANEW = 'This row reads the secret in a way that no scheme does: type the secret again.'

/** Whether it reads a secret neither as its own scheme does nor as any of the table, all of which anybody may ask for. */
export function readsAnew(own: Definition | undefined, { row: { key } }: Definition): boolean {
  if (own !== undefined && isSameKey(own.row.key, key)) return false
  return !SCHEMES.some(({ row }) => isSameKey(row.key, key))
}

/** To the receiver, or to the provider that is asked for a key. */
const sendsSecret = ({ id, row }: Definition): boolean => row.alg === 'token' || asksWithSecret(id)

function isSameKey(a: Scheme['key'], b: Scheme['key']): boolean {
  return questionsOf(a) === questionsOf(b)
}

/** As text that is equal where nothing makes a difference. */
const questionsOf = ({ enc, strip = [], bare, normalize }: Scheme['key']): string =>
  JSON.stringify([enc, strip, strip.length === 0 ? enc : (bare ?? enc), normalize])
