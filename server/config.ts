/** The settings of `serve`: one table; flags over environment over defaults, each turned into a value with its unit or refused in words. */
import { homedir } from 'node:os'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { sizeBytes, spanMs } from '../shared/amounts.ts'
import { AppError } from '../shared/errors.ts'
import { type AllowedTarget, parseAllowedTarget } from './outbound/target.ts'

export interface ServeOption {
  /** As commander writes it: `--port <n>`. */
  readonly flags: string
  readonly description: string
  readonly default?: string
  /** May be given several times; in the environment separated by commas. */
  readonly many?: true
}

/** Every option has an environment twin: `--ui-port` is `HOOKWELL_UI_PORT`. */
export const SERVE_OPTIONS = [
  { flags: '--host <address>', description: 'address of the capture listener', default: '127.0.0.1' },
  { flags: '--port <n>', description: 'port of the capture listener, 0 for a free one', default: '4665' },
  {
    flags: '--ui-host <address>',
    description: 'address of the inspector; other than loopback only with --token',
    default: '127.0.0.1',
  },
  { flags: '--ui-port <n>', description: 'port of the inspector, 0 for a free one', default: '4666' },
  { flags: '--data <dir>', description: 'where captures are kept (default: $XDG_DATA_HOME/hookwell)' },
  { flags: '--public-url <url>', description: 'the address by which senders reach the capture listener' },
  { flags: '--token <token>', description: 'demand this token from API and feed' },
  { flags: '--allowed-host <host>', description: 'another Host that the inspector answers to', many: true },
  { flags: '--trust-proxy', description: 'the inspector stands behind your own reverse proxy' },
  { flags: '--allow-target <host|cidr[:port]>', description: 'another target that replay may reach', many: true },
  {
    flags: '--durability <full|fast>',
    description: 'full: on the disk before the answer; fast: survives a killed process, not a power cut',
    default: 'full',
  },
  { flags: '--max-body <size>', description: 'larger bodies are refused with 413', default: '25mb' },
  {
    flags: '--keep-captures <n>',
    description: 'captures kept for each endpoint; the oldest go first',
    default: '10000',
  },
  { flags: '--keep-for <span>', description: 'how long captures are kept', default: '30d' },
  { flags: '--max-size <size>', description: 'size of the store; the oldest captures go first', default: '2gb' },
  { flags: '--open', description: 'open the inspector in the browser' },
  { flags: '--json', description: 'print one JSON line once both listeners accept connections' },
] as const satisfies readonly ServeOption[]

/** What commander hands over: texts, lists of texts and switches, under camel-case names. */
export type RawOptions = Readonly<Record<string, string | readonly string[] | boolean | undefined>>

/** `--port` of `--port <n>`, for each option that has a default. */
type Defaulted = Extract<(typeof SERVE_OPTIONS)[number], { default: string }>['flags'] extends infer Flags
  ? Flags extends `${infer Option} ${string}`
    ? Option
    : never
  : never

export interface Config {
  readonly host: string
  readonly port: number
  readonly uiHost: string
  readonly uiPort: number
  readonly data: string
  /** Without a slash at the end. */
  readonly publicUrl: string | undefined
  readonly token: string | undefined
  readonly allowedHosts: readonly string[]
  readonly trustProxy: boolean
  readonly allowTargets: readonly AllowedTarget[]
  readonly durability: 'full' | 'fast'
  readonly maxBodyBytes: number
  readonly keep: { readonly captures: number; readonly forMs: number; readonly bytes: number }
  readonly open: boolean
  readonly json: boolean
}

/** @throws AppError `invalid_input` naming the option */
export function readConfig(raw: RawOptions, environment: Readonly<Record<string, string | undefined>>): Config {
  const text = (option: string): string | undefined => {
    const value = raw[rawName(option)]
    return typeof value === 'string' ? value : undefined
  }
  const list = (option: string): readonly string[] => {
    const value = raw[rawName(option)]
    return Array.isArray(value) ? value : typeof value === 'string' ? value.split(',').map((part) => part.trim()) : []
  }
  const setting = (option: Defaulted): string => text(option) ?? defaultOf(option)
  const uiHost = address('--ui-host', setting('--ui-host'))
  const token = text('--token')
  if (token !== undefined && !/^[A-Za-z0-9._~-]{8,256}$/.test(token))
    throw usage('--token', 'takes 8 to 256 letters, digits and . _ ~ -, so that it can stand in a header and in a URL')
  if (token === undefined && !isLoopback(uiHost))
    throw usage(
      '--ui-host',
      `${uiHost} can be reached from other machines, and whoever reaches the inspector reads every capture: it also needs --token`,
    )
  return {
    host: address('--host', setting('--host')),
    port: port('--port', setting('--port')),
    uiHost,
    uiPort: port('--ui-port', setting('--ui-port')),
    data: text('--data') ?? join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'hookwell'),
    publicUrl: publicUrl(text('--public-url')),
    token,
    allowedHosts: list('--allowed-host'),
    trustProxy: raw['trustProxy'] === true,
    allowTargets: list('--allow-target').map((entry) => allowedTarget('--allow-target', entry)),
    durability: durability(setting('--durability')),
    maxBodyBytes: size('--max-body', setting('--max-body'), 1024 ** 3),
    keep: {
      captures: count('--keep-captures', setting('--keep-captures')),
      forMs: span('--keep-for', setting('--keep-for')),
      bytes: size('--max-size', setting('--max-size')),
    },
    open: raw['open'] === true,
    json: raw['json'] === true,
  }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** `--ui-port` is `uiPort` to commander. */
const rawName = (option: string): string =>
  option.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

function defaultOf(option: Defaulted): string {
  const row: ServeOption | undefined = SERVE_OPTIONS.find(({ flags }) => flags.startsWith(`${option} `))
  return row?.default as string // the type of `option` names no other rows
}

/** Milliseconds. @throws AppError `invalid_input` */
function span(option: string, text: string): number {
  const ms = spanMs(text)
  if (ms === undefined) throw usage(option, `takes a span such as 30d, 12h or 90m, not ${JSON.stringify(text)}`)
  return ms
}

/** Bytes. @throws AppError `invalid_input` */
function size(option: string, text: string, max = Number.MAX_SAFE_INTEGER): number {
  const bytes = sizeBytes(text)
  if (bytes === undefined) throw usage(option, `takes a size such as 25mb, not ${JSON.stringify(text)}`)
  if (bytes > max) throw usage(option, `takes at most ${max} bytes`)
  return bytes
}

function count(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1)
    throw usage(option, `takes a number from 1, not ${JSON.stringify(text)}`)
  return Number(text)
}

function port(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw usage(option, `takes a port from 0 to 65535, not ${JSON.stringify(text)}`)
  return Number(text)
}

function address(option: string, text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 0 && bare !== 'localhost')
    throw usage(option, `takes an IP address or localhost, not ${JSON.stringify(text)}`)
  return bare
}

function allowedTarget(option: string, text: string): AllowedTarget {
  try {
    return parseAllowedTarget(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('invalid_input', `${option}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

function durability(text: string): 'full' | 'fast' {
  if (text !== 'full' && text !== 'fast') throw usage('--durability', `takes full or fast, not ${JSON.stringify(text)}`)
  return text
}

function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw usage('--public-url', `takes an http or https URL without query, not ${JSON.stringify(text)}`)
  return text.replace(/\/+$/, '')
}

const usage = (option: string, rest: string): AppError => new AppError('invalid_input', `${option} ${rest}.`)
