/**
 * Signatures beside the one that counts, such as GitHub's SHA-1 next to its SHA-256. A receiver may look at either, so after a new
 * signature they are stale witnesses: made again where the table knows how and our secret made them, else left out.
 */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { compile } from './compile.ts'
import type { Definition } from './definition.ts'
import { type Draft, isNamed, namesOf } from './draft.ts'
import { readElements } from './elements.ts'
import { decodeStrictly } from './encoding.ts'
import type { SecretValue } from './key.ts'
import type { SignedRequest } from './request.ts'
import type { Resigned, SignAgain } from './resign.ts'
import { findDefinition, SCHEMES } from './schemes.ts'
import { judge } from './verify.ts'

export interface Twinning {
  readonly secrets: readonly SecretValue[]
  readonly extra: Readonly<Record<string, string>>
  readonly captured: SignedRequest | undefined
  readonly again: SignAgain
}

export function withTwins(signed: Draft, main: Definition, twinning: Twinning): Resigned {
  const notes: string[] = []
  let draft = signed
  for (const [name, schemes] of twinsIn(signed, main)) {
    const twin = schemes.find((each) => wasSignedBy(each, twinning))
    const remade = twin === undefined ? undefined : twinning.again(draft, onlyAt(name, twin))
    if (remade !== undefined && !('says' in remade)) {
      draft = remade
      notes.push(`${name} signed anew, too`)
    } else {
      draft = { ...draft, headers: draft.headers.filter((pair) => !isNamed(pair, [name])) }
      notes.push(`${name} left out, since it is another signature and cannot be made again`)
    }
  }
  return { draft, notes }
}

/** The scheme without its other header names, of which the main signature may stand in one. */
function onlyAt(name: string, { id, row, code }: Definition): Definition {
  const { aliases: _, ...sig } = row.sig
  return { id, row: { ...row, sig: { ...sig, name } }, code }
}

/** Header names, as they came, that hold something in the form of a signature by a shared secret, and the schemes that could have made it. */
function twinsIn({ headers }: Draft, main: Definition): Map<string, Definition[]> {
  return found(headers, main, ({ row }) => row.alg !== 'token' && row.alg !== 'jwt' && !usesPublicKey(row))
}

/**
 * The same for everything that a receiver might take for proof beside the signature of the main scheme: also tokens, and what was made
 * with a key pair. For a request that is to be refused, since one of them that is left may be right.
 */
export function witnessesIn(headers: HeaderPairs, main: Definition): Map<string, Definition[]> {
  return found(headers, main, () => true)
}

function found(
  headers: HeaderPairs,
  main: Definition,
  isWanted: (definition: Definition) => boolean,
): Map<string, Definition[]> {
  const names = new Map<string, Definition[]>()
  const seen = new Set<string>(headersOf(main).map((name) => name.toLowerCase()))
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (seen.has(key) && !names.has(name)) continue
    const schemes = (BY_HEADER.get(key) ?? []).filter((each) => isWanted(each) && hasForm(each, value))
    if (schemes.length === 0) continue
    seen.add(key)
    names.set(name, schemes)
  }
  return names
}

/** Schemes whose signature stands in a header, by its name in lower case. A token in `Authorization` may be meant for anybody. */
const BY_HEADER: ReadonlyMap<string, readonly Definition[]> = byHeader()

function byHeader(): Map<string, Definition[]> {
  const table = new Map<string, Definition[]>()
  for (const { id } of SCHEMES) {
    const definition = findDefinition(id)
    if (definition === undefined) continue
    for (const name of headersOf(definition)) {
      const key = name.toLowerCase()
      if (key === 'authorization' && (definition.row.alg === 'token' || definition.row.alg === 'jwt')) continue
      table.set(key, [...(table.get(key) ?? []), definition])
    }
  }
  return table
}

function headersOf({ row }: Definition): string[] {
  return row.sig.in === 'header' ? namesOf(row.sig) : []
}

/** The size of the smallest MAC, SHA-1's, in bytes. */
const MAC_BYTES = 20

function hasForm({ row }: Definition, value: string): boolean {
  if (row.alg === 'token') return value !== ''
  const { signatures } = readElements(value, row)
  if (row.alg === 'jwt') return signatures.some((text) => text.split('.').length === 3)
  return signatures.some((text) => (decodeStrictly(text, row.sig.enc)?.length ?? 0) >= MAC_BYTES)
}

function wasSignedBy(definition: Definition, { secrets, extra, captured }: Twinning): boolean {
  if (captured === undefined || secrets.length === 0) return false
  return judge(compile(definition, { secrets, extra }), captured, 0).verdict.kind === 'valid'
}
