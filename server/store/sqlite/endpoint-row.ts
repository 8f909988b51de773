/** An endpoint as a row, and as it lives in memory. */
import type { Log } from '../../log.ts'
import type { EndpointRecord, Secret } from '../store.ts'
import type { Seal } from './secrets.ts'

/** An endpoint's row and what is counted of it. `record` is replaced whole when a setting changes. */
export interface Kept {
  readonly n: number
  record: EndpointRecord
  captures: number
  bytes: number
  lastSeq: number
  /** Captures up to this seq no longer count and are being deleted. */
  cleared: number
  removed: boolean
  /** Its signing settings changed, and not all stored captures have been checked with them. */
  recheck: boolean
  /** Secrets that this key file cannot open. Kept as they are until the signing settings change: the right key may come back. */
  unreadable: Buffer | undefined
}

export interface Row {
  n: number
  id: string | null
  alias: string | null
  created_at: number
  settings: string
  secrets: Buffer | null
  captures: number
  bytes: number
  last_seq: number
  cleared: number
  recheck: number
}

type Settings = Pick<EndpointRecord, 'name' | 'answer' | 'eventType' | 'eventId' | 'cors' | 'keep'> & {
  signing: Omit<NonNullable<EndpointRecord['signing']>, 'secrets'> | undefined
}

export function fromRow(row: Row, seal: Seal, say: Log): Kept {
  const settings = JSON.parse(row.settings) as Settings // written by settingsOf
  const text = row.secrets === null ? '[]' : seal.open(row.secrets)
  if (text === undefined)
    say('The signing secrets of an endpoint cannot be read: the key file is not the one they were sealed with.', {
      endpoint: row.id ?? '',
    })
  const secrets = JSON.parse(text ?? '[]') as Secret[] // written by `sealed`
  const record: EndpointRecord = {
    ...settings,
    id: row.id ?? '',
    alias: row.alias ?? undefined,
    createdAt: row.created_at,
    signing: settings.signing === undefined ? undefined : { ...settings.signing, secrets },
    name: settings.name,
    eventType: settings.eventType,
    eventId: settings.eventId,
    keep: settings.keep,
  }
  return {
    n: row.n,
    record,
    captures: row.captures,
    bytes: row.bytes,
    lastSeq: row.last_seq,
    cleared: row.cleared,
    removed: row.id === null,
    recheck: row.recheck === 1,
    unreadable: text === undefined && row.secrets !== null ? row.secrets : undefined,
  }
}

export function settingsOf(record: EndpointRecord): string {
  const { name, answer, eventType, eventId, cors, keep } = record
  const { secrets: _sealedApart, ...signing } = record.signing ?? { secrets: [] }
  const settings = {
    name,
    answer,
    eventType,
    eventId,
    cors,
    keep,
    signing: record.signing === undefined ? undefined : signing,
  }
  return JSON.stringify(settings)
}
