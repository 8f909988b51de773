/**
 * Where a provider keeps the public key of a request, as the request itself names it. The request comes from a stranger, so what it names
 * is only ever a file on the provider's own host: anything else is refused here, before anybody looks a name up.
 */
import type { SigningSettings } from './endpoint-check.ts'
import { headerValuesOf, jsonAt, type SignedRequest } from './request.ts'

/** One place to ask for a key. */
export interface KeyPlace {
  /** https, on a host of the provider, on its usual port. */
  readonly url: string
  /** What is sent there with POST, in JSON; without it the place is asked with GET. It may hold a secret: never shown, never logged. */
  readonly body?: string
  readonly holds: 'certificate' | 'paypal-certificates' | 'public-key' | 'plaid-key'
  /** The id that the key must have. */
  readonly kid?: string
}

/** Places, likeliest first, or in a sentence why there are none. */
export type KeyPlaces = { readonly places: readonly KeyPlace[] } | { readonly fault: string }

interface Provider {
  /** What is fetched, for sentences. */
  readonly what: string
  /** Where from, for sentences. */
  readonly from: string
  readonly places: (request: SignedRequest, settings: SigningSettings) => KeyPlaces
  /** It is asked with the endpoint's secret, which is sent there. */
  readonly withSecret?: true
}

/** Undefined for schemes whose keys are not kept by a provider. */
export function keyPlaces(settings: SigningSettings, request: SignedRequest): KeyPlaces | undefined {
  return PROVIDERS.get(settings.scheme)?.places(request, settings)
}

/** Whether keys may be fetched with these settings: the scheme's are kept by its provider, and the user said so. */
export function fetchesKeys(settings: SigningSettings | undefined): boolean {
  return settings?.fetchKeys === true && PROVIDERS.has(settings.scheme)
}

/** Whether the provider is sent the secret when it is asked for a key. */
export const asksWithSecret = (scheme: string): boolean => PROVIDERS.get(scheme)?.withSecret === true

/** What to do where the key is kept by the provider and is not here; undefined for other schemes. */
export function keyIsElsewhere({ scheme }: Pick<SigningSettings, 'scheme'>): string | undefined {
  const provider = PROVIDERS.get(scheme)
  return provider === undefined
    ? undefined
    : `The ${provider.what} that checks this signature is not here: paste it into the endpoint's settings, or allow Hookwell there to fetch it from ${provider.from}.`
}

const PROVIDERS: ReadonlyMap<string, Provider> = new Map<string, Provider>([
  [
    'aws-sns',
    {
      what: 'certificate',
      from: 'sns.<region>.amazonaws.com',
      // Lambda spells the last letters small.
      places: (request) =>
        oneFile(
          jsonAt(request.json(), ['SigningCertURL']) ?? jsonAt(request.json(), ['SigningCertUrl']),
          'SigningCertURL',
          ({ hostname, pathname }) =>
            /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(hostname) && /^\/[\w.-]+\.pem$/.test(pathname),
          'certificate',
        ),
    },
  ],
  [
    'paypal',
    {
      what: 'certificate',
      from: 'api.paypal.com',
      places: (request) =>
        oneFile(
          headerValuesOf(request.headers, 'paypal-cert-url')[0],
          'PAYPAL-CERT-URL',
          ({ hostname, pathname }) =>
            /^([a-z0-9-]+\.)+paypal\.com$/.test(hostname) && /^\/v1\/notifications\/certs\/[\w-]+$/.test(pathname),
          'paypal-certificates',
        ),
    },
  ],
  [
    'adobe-io',
    { what: 'public key', from: 'static.adobeioevents.com', places: (request) => adobePlaces(request.headers) },
  ],
  [
    'plaid',
    { what: 'public key', from: 'production.plaid.com or sandbox.plaid.com', places: plaidPlaces, withSecret: true },
  ],
])

function oneFile(named: unknown, place: string, isTheirs: (url: URL) => boolean, holds: KeyPlace['holds']): KeyPlaces {
  if (typeof named !== 'string') return { fault: `The request does not say where its certificate is (${place}).` }
  const url = URL.parse(named)
  const plain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === ''
  if (url === null || !plain || !isTheirs(url) || url.search !== '')
    return { fault: `${place} does not lead to a certificate of the provider, so it is not fetched.` }
  url.hash = ''
  return { places: [{ url: url.href, holds }] }
}

/** Two keys at a time, so that one can be replaced; a signature of either counts. */
function adobePlaces(headers: readonly string[]): KeyPlaces {
  const paths = ['x-adobe-public-key1-path', 'x-adobe-public-key2-path'].flatMap((name) =>
    headerValuesOf(headers, name),
  )
  if (paths.length === 0)
    return { fault: 'The request does not say where its public key is (x-adobe-public-key1-path).' }
  const theirs = paths.filter((path) => /^(\/[\w-]+)+\.pem$/.test(path)).slice(0, 2)
  if (theirs.length === 0)
    return { fault: 'x-adobe-public-key1-path is not the path of a key file, so it is not fetched.' }
  return { places: theirs.map((path) => ({ url: `https://static.adobeioevents.com${path}`, holds: 'public-key' })) }
}

/** https://plaid.com/docs/api/webhooks/webhook-verification/: the key of a `kid` is asked for with the API's own credentials. */
function plaidPlaces(request: SignedRequest, { secrets, extra }: SigningSettings): KeyPlaces {
  const kid = kidOf(headerValuesOf(request.headers, 'plaid-verification')[0] ?? '')
  if (kid === undefined)
    return { fault: 'The request does not name its key: Plaid-Verification holds no token with a `kid`.' }
  const clientId = extra?.['clientId']
  const secret = secrets[0]?.value
  if (clientId === undefined || secret === undefined)
    return {
      fault:
        "Plaid gives out its key only for your client id (setting `clientId`) and the API secret (as the endpoint's secret).",
    }
  const body = JSON.stringify({ client_id: clientId, secret, key_id: kid })
  const environment = extra?.['environment']
  const hosts = environment === 'sandbox' || environment === 'production' ? [environment] : ['production', 'sandbox']
  return {
    places: hosts.map((host) => ({
      url: `https://${host}.plaid.com/webhook_verification_key/get`,
      body,
      holds: 'plaid-key',
      kid,
    })),
  }
}

/** Of the head of a JWT, which nobody has vouched for yet: it only chooses the key. */
function kidOf(token: string): string | undefined {
  try {
    const head: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'))
    const kid = jsonAt(head, ['kid'])
    return typeof kid === 'string' && /^[\w.-]{1,100}$/.test(kid) ? kid : undefined
  } catch {
    return undefined
  }
}
