/**
 * Amazon SNS signs some fields of the JSON it sends, each name and value on a line of its own, with a certificate that the message
 * names. A certificate from anywhere but SNS itself would let anyone sign, so where it comes from is part of the check.
 */
import type { SchemeCode } from '../definition.ts'
import { jsonAt, type SignedRequest, textOf } from '../request.ts'

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'TopicArn', 'Type']
const SUBSCRIPTION = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
const REQUIRED = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type']

export const awsSns: SchemeCode = {
  algorithm: (request) => {
    const version = field(request, 'SignatureVersion')
    if (version === '1') return 'rsa-sha1'
    if (version === '2') return 'rsa-sha256'
    return { id: 'signature_malformed', says: "The body's SignatureVersion is neither 1 nor 2." }
  },
  contents: (request) => {
    const type = field(request, 'Type')
    const needed = type === 'Notification' ? REQUIRED : [...REQUIRED, 'SubscribeURL', 'Token']
    const absent = needed.find((name) => field(request, name) === undefined)
    if (absent !== undefined)
      return { id: 'part_missing', says: `The body has no JSON value at ${absent}, which is signed.` }
    if (type === 'Notification') return [[linesOf(request, NOTIFICATION)]]
    // SNS describes the two confirmations alike; libraries leave the token out of the one for unsubscribing.
    const whole = linesOf(request, SUBSCRIPTION)
    return type === 'UnsubscribeConfirmation' ? [[whole], [linesOf(request, NOTIFICATION)]] : [[whole]]
  },
  condition: (request) => {
    // Lambda spells the last letters small.
    if (isSnsCertificate(field(request, 'SigningCertURL') ?? field(request, 'SigningCertUrl'))) return undefined
    return {
      id: 'condition_differs',
      says: 'The message is rightly signed, but its SigningCertURL is not an address of Amazon SNS; receivers must refuse it.',
    }
  },
}

/** Whether the address leads to a certificate on a host of SNS: https, no port, no login, no query. */
function isSnsCertificate(address: string | undefined): boolean {
  const url = address === undefined ? null : URL.parse(address)
  return (
    url !== null &&
    url.protocol === 'https:' &&
    /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/.test(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.endsWith('.pem') &&
    url.search === ''
  )
}

function linesOf(request: SignedRequest, names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const value = field(request, name)
      return value === undefined ? [] : [`${name}\n${value}\n`]
    })
    .join('')
}

const field = (request: SignedRequest, name: string): string | undefined => textOf(jsonAt(request.json(), [name]))
