/**
 * The request that `verify` checks without a server: from a body and headers, or as it stood on the wire.
 *
 * Nothing is tidied. A body is taken byte for byte, and header values keep one character a byte, as the check of a capture has them.
 */
import { AppError } from '../../shared/errors.ts'
import { withoutAuthority } from '../../shared/target.ts'
import { lazyJson } from '../signatures/json-body.ts'
import type { SignedRequest } from '../signatures/request.ts'
import { readGiven } from './files.ts'
import { rawRequest } from './raw-request.ts'
import type { VerifyOptions } from './verify-options.ts'

interface Given {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** @param note is told what looks wrong but does not stop the check */
export async function givenRequest(
  options: VerifyOptions,
  note: (sentence: string) => void,
): Promise<Omit<SignedRequest, 'url'>> {
  const { target: own, ...given } = await partsOf(options, note)
  const target = options.url === undefined ? own : withoutAuthority(options.url)
  return { ...given, target, json: lazyJson(given.body) }
}

async function partsOf(options: VerifyOptions, note: (sentence: string) => void): Promise<Given> {
  const more = [...(await fileHeaders(options.headers)), ...(options.header ?? []).flatMap(headerArgument)]
  if (options.request !== undefined) {
    if (options.body !== undefined)
      throw new AppError('invalid_input', 'Both --request and --body give a body.', { hint: 'Leave one of them out.' })
    const raw = rawRequest(await readGiven('--request', options.request), note)
    return { ...raw, method: options.method ?? raw.method, headers: [...raw.headers, ...more] }
  }
  if (options.body === undefined)
    throw new AppError('invalid_input', 'There is nothing to check.', {
      hint: 'Give the id of a capture, or a body with --body <file>, or a whole request with --request <file>.',
    })
  const body = await readGiven('--body', options.body)
  return { method: options.method ?? 'POST', target: '/', headers: more, body }
}

/** A shell hands over text; on the wire a header is bytes. */
function headerArgument(line: string): string[] {
  return pairOf(Buffer.from(line, 'utf8').toString('latin1'), '--header')
}

function pairOf(line: string, option: string): string[] {
  const cut = line.indexOf(':')
  const name = line.slice(0, cut)
  if (cut < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    throw new AppError('invalid_input', `${option} takes “Name: value”, and a line has no name before a colon.`)
  return [
    name,
    line
      .slice(cut + 1)
      .replace(/^[ \t]+/, '')
      .replace(/[ \t]+$/, ''),
  ]
}

async function fileHeaders(file: string | undefined): Promise<string[]> {
  if (file === undefined) return []
  const bytes = await readGiven('--headers', file)
  const json = jsonIn(bytes)
  if (json !== undefined) return jsonHeaders(json)
  return bytes
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .flatMap((line) => pairOf(line, '--headers'))
}

function jsonIn(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined // lines, then
  }
}

/** `{"Name": "value"}` with one value or a list, `[["Name", "value"]]` as the API gives them, or `[{"name", "value"}]` as in a HAR. */
function jsonHeaders(json: object): string[] {
  const pairs: unknown[] = Array.isArray(json) ? json : Object.entries(json)
  return pairs.flatMap((pair) => {
    const { name, value } = nameAndValue(pair)
    const values: unknown[] = Array.isArray(value) ? value : [value]
    return values.flatMap((each) => {
      if (typeof name !== 'string' || typeof each !== 'string')
        throw new AppError('invalid_input', '--headers is JSON, but not of names and texts.', {
          hint: 'Either {"Name": "value", "Other": ["one", "two"]} or [["Name", "value"], …].',
        })
      return [name, oneCharacterAByte(each)]
    })
  })
}

function nameAndValue(pair: unknown): { name?: unknown; value?: unknown } {
  if (Array.isArray(pair)) return { name: pair[0], value: pair[1] }
  return typeof pair === 'object' && pair !== null ? pair : {}
}

/** The API gives header values with one character a byte already; other tools write text. */
function oneCharacterAByte(value: string): string {
  const isBytes = Buffer.from(value, 'latin1').toString('latin1') === value
  return isBytes ? value : Buffer.from(value, 'utf8').toString('latin1')
}

/** Unix milliseconds. @throws AppError `invalid_input` */
export function momentOf(text: string | undefined, now: number): number {
  if (text === undefined || text === 'now') return now
  if (/^\d{1,11}(\.\d{1,9})?$/.test(text)) return Math.round(Number(text) * 1000)
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new AppError(
      'invalid_input',
      `--at takes Unix seconds, a time such as 2026-01-31T12:00:00Z, or now, not ${JSON.stringify(text)}.`,
      {
        ...(/^\d{12,}$/.test(text) ? { hint: 'That looks like milliseconds: leave out the last three digits.' } : {}),
      },
    )
  return at
}
