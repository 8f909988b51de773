/** Changes to a scheme that is spelled out by hand. Each leaves a row that can be meant, as far as the change itself goes. */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Algorithm, Scheme } from '../../shared/scheme.ts'
import { ALGORITHMS } from '../scheme-words.ts'

/** What an algorithm cannot have goes, and what it cannot do without comes in its most common form. */
export function withAlgorithm(scheme: Scheme, alg: Algorithm): Scheme {
  const { algs, claims, ...rest } = scheme
  if (alg === 'jwt') {
    return keyed({
      ...timed(rest, ''),
      alg,
      algs: algs ?? ['HS256'],
      ...(claims === undefined ? {} : { claims }),
      sig: { ...rest.sig, enc: 'utf8' },
      content: '',
    })
  }
  const sig: Scheme['sig'] = {
    ...rest.sig,
    in: rest.sig.in === 'body' ? 'header' : rest.sig.in,
    name: rest.sig.name === '' ? 'X-Signature' : rest.sig.name,
    enc: alg === 'token' ? 'utf8' : rest.sig.enc === 'utf8' ? 'hex' : rest.sig.enc,
  }
  const content = contentFor(alg, rest.content)
  return keyed({ ...timed(rest, content), alg, sig, content })
}

/** Only where the time is signed may any text stand for it. */
function timed<T extends Pick<Scheme, 'ts'>>(scheme: T, content: string): T {
  const { ts } = scheme
  return ts?.policy === undefined || content.includes('{ts}') ? scheme : { ...scheme, ts: omit(ts, ['policy']) }
}

function contentFor(alg: Algorithm, content: string): string {
  if (alg === 'token') return ''
  if (alg === 'hash-sha256' && !content.includes('{secret}'))
    return content === '' ? '{body}{secret}' : `${content}{secret}`
  return content === '' ? '{body}' : content
}

/** A key of the kind the algorithm takes. */
export function keyed(scheme: Scheme): Scheme {
  const { key } = scheme
  const isKeyFile = key.enc === 'spki-base64' || key.enc === 'pem' || key.enc === 'jwk'
  if (usesPublicKey(scheme)) {
    if (key.enc !== 'utf8') return scheme
    return { ...scheme, key: { enc: scheme.alg === 'ed25519' ? 'hex' : 'pem' } }
  }
  return isKeyFile ? { ...scheme, key: { enc: 'utf8' } } : scheme
}

export function omit<T extends object, K extends keyof T>(value: T, names: readonly K[]): T {
  const left = { ...value }
  for (const name of names) delete left[name]
  return left
}

/** With the value under its name, or without the name where nothing was written. */
export function withText<T extends object, K extends keyof T & string>(value: T, name: K, text: string): T {
  return text === '' ? omit(value, [name]) : { ...value, [name]: text }
}

/** Names with commas between them. */
export function withNames<T extends object, K extends keyof T & string>(value: T, name: K, text: string): T {
  const names = namesOf(text)
  return names.length === 0 ? omit(value, [name]) : { ...value, [name]: names }
}

export const namesOf = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** What cannot be read as a number leaves the limit as it was. */
export function seconds(text: string, before: number | null): number | null {
  if (text.trim() === '') return null
  const read = Number(text)
  return Number.isFinite(read) && read >= 0 ? read : before
}

/**
 * A row as JSON that somebody pasted: a row alone, or one within an entry of the table. What is checked here is only what the form
 * itself needs to be drawn; whether the row can be meant is the server's to say.
 * @throws Error with a sentence to show
 */
export function readScheme(text: string): Scheme {
  const read = parsed(text)
  const row = isObject(read['row']) ? read['row'] : isObject(read['custom']) ? read['custom'] : read
  const { alg, key, sig, content } = row
  if (typeof alg !== 'string' || !(alg in ALGORITHMS))
    throw new Error(`“alg” must be one of ${Object.keys(ALGORITHMS).join(', ')}.`)
  if (!isObject(key) || typeof key['enc'] !== 'string') throw new Error('“key” must be an object with “enc”.')
  if (!isObject(sig) || typeof sig['in'] !== 'string') throw new Error('“sig” must be an object with “in” and “name”.')
  for (const part of ['ts', 'id', 'match', 'claims'])
    if (row[part] !== undefined && !isObject(row[part])) throw new Error(`“${part}” must be an object.`)
  for (const [name, list] of [
    ['algs', row['algs']],
    ['sig.aliases', sig['aliases']],
    ['key.strip', key['strip']],
  ])
    if (list !== undefined && !Array.isArray(list)) throw new Error(`“${String(name)}” must be a list.`)
  return {
    ...row,
    sig: { name: '', enc: 'utf8', ...sig },
    content: typeof content === 'string' ? content : '',
  } as Scheme // its outline was looked at above; the server judges the rest
}

function parsed(text: string): Record<string, unknown> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new Error('This is no JSON.')
  }
  if (!isObject(read)) throw new Error('A scheme is a JSON object.')
  return read
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
