/** The settings of an endpoint, made and changed: what every store does before it writes them. */
import type { EndpointInput, EndpointPatch, SigningInput } from '../../shared/endpoint.ts'
import { newId } from '../id.ts'
import type { EndpointRecord, Secret } from './store.ts'

/** @param now Unix milliseconds */
export function newRecord(id: string, input: EndpointInput, now: number): EndpointRecord {
  const blank: EndpointRecord = {
    id,
    alias: undefined,
    name: undefined,
    createdAt: now,
    signing: undefined,
    answer: { default: {} },
    eventType: undefined,
    eventId: undefined,
    cors: false,
    keep: undefined,
  }
  return mergeSettings(blank, input, now)
}

/** What is left out stays, `null` clears. */
export function mergeSettings(old: EndpointRecord, patch: EndpointPatch, now: number): EndpointRecord {
  const pick = <T>(given: T | null | undefined, kept: T | undefined): T | undefined =>
    given === undefined ? kept : (given ?? undefined)
  return {
    ...old,
    alias: pick(patch.alias, old.alias),
    name: pick(patch.name, old.name),
    signing:
      patch.signing === undefined
        ? old.signing
        : patch.signing === null
          ? undefined
          : mergeSigning(old.signing, patch.signing, now),
    answer: pick(patch.answer, old.answer) ?? { default: {} },
    eventType: pick(patch.eventType, old.eventType),
    eventId: pick(patch.eventId, old.eventId),
    cors: patch.cors ?? old.cors,
    keep: pick(patch.keep, old.keep),
  }
}

function mergeSigning(
  old: EndpointRecord['signing'],
  given: SigningInput,
  now: number,
): NonNullable<EndpointRecord['signing']> {
  const both = { ...old, ...given }
  const { publicKeys, extra, custom, publicUrl, fetchKeys } = both
  return {
    scheme: given.scheme,
    ...(publicKeys ? { publicKeys } : {}),
    ...(extra ? { extra } : {}),
    ...(custom ? { custom } : {}),
    ...(publicUrl ? { publicUrl } : {}),
    ...(fetchKeys ? { fetchKeys } : {}),
    secrets:
      given.secrets === undefined ? (old?.secrets ?? []) : mergeSecrets(old?.secrets ?? [], given.secrets ?? [], now),
  }
}

/** A secret that was there already keeps its id and its age, so that old verdicts still name the right one. */
function mergeSecrets(old: readonly Secret[], values: readonly string[], now: number): Secret[] {
  return [...new Set(values)].map(
    (value) => old.find((secret) => secret.value === value) ?? { id: newId(now), value, addedAt: now },
  )
}
