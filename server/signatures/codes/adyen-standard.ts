/**
 * Adyen's standard webhooks hold several notifications, each with a signature of its own over eight of its values. What else stands in
 * them is not signed.
 */
import type { SchemeCode } from '../definition.ts'
import { jsonAt, type SignedRequest, textOf } from '../request.ts'

const SIGNED = [
  'pspReference',
  'originalReference',
  'merchantAccountCode',
  'merchantReference',
  'amount.value',
  'amount.currency',
  'eventCode',
  'success',
].map((path) => path.split('.'))

/** Adyen sends a handful at most. With more of them the request counts as one, which has no signature. */
const NOTIFICATIONS = 1000

export const adyenStandard: SchemeCode = {
  parts: (request) => {
    const items = jsonAt(request.json(), ['notificationItems'])
    if (!Array.isArray(items) || items.length === 0 || items.length > NOTIFICATIONS) return [request]
    return items.map((item: unknown): SignedRequest => {
      const notification = jsonAt(item, ['NotificationRequestItem'])
      return { ...request, json: () => notification }
    })
  },
  placesOfParts: (request) => {
    const items = jsonAt(request.json(), ['notificationItems'])
    const count = Array.isArray(items) && items.length <= NOTIFICATIONS ? items.length : 0
    return Array.from({ length: count }, (_, i) => [
      'notificationItems',
      String(i),
      'NotificationRequestItem',
      'additionalData',
      'hmacSignature',
    ])
  },
  // A value that is not there counts as empty, as in Adyen's own library.
  contents: (request) => [[SIGNED.map((path) => textOf(jsonAt(request.json(), path)) ?? '').join(':')]],
}
