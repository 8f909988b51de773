/** An endpoint as the outside may see it: counters added, secrets reduced to their last four characters. */
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Counters, EndpointRecord } from './store.ts'

/** Secrets shorter than this show nothing: four characters would give too much of them away. */
const SHORT_SECRET = 12

/** @param captureBase the address by which senders reach the capture listener, without a slash at the end */
export function presentEndpoint(record: EndpointRecord, counters: Counters, captureBase: string): Endpoint {
  const { id, alias, name, createdAt, signing, answer, eventType, eventId, cors, keep } = record
  return {
    id,
    ...(alias === undefined ? {} : { alias }),
    ...(name === undefined ? {} : { name }),
    url: `${captureBase}/${alias ?? id}`,
    createdAt,
    ...(signing === undefined
      ? {}
      : {
          signing: {
            ...signing,
            secrets: signing.secrets.map((secret) => ({
              id: secret.id,
              last4: secret.value.length < SHORT_SECRET ? '' : secret.value.slice(-4),
              addedAt: secret.addedAt,
            })),
          },
        }),
    answer,
    forwards: [],
    ...(eventType === undefined ? {} : { eventType }),
    ...(eventId === undefined ? {} : { eventId }),
    handshakes: false,
    cors,
    ...(keep === undefined ? {} : { keep }),
    captures: counters.captures,
    lastSeq: counters.lastSeq,
    asOf: counters.asOf,
  }
}
