/** The schemes as the picker offers them: likely ones first, then all of them. */
import type { Suggestion } from '../../shared/diagnosis.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import type { Choice, ChoiceGroup } from '../ui/choices.ts'
import { ALGORITHMS, placeInWords } from '../scheme-words.ts'

/** Those that most people look for, in the order of how many do. */
const COMMON = [
  'stripe',
  'github',
  'shopify',
  'slack',
  'standard-webhooks',
  'svix',
  'twilio',
  'paypal',
  'discord',
  'sendgrid',
  'gitlab-token',
  'hubspot-v3',
]

/** No scheme, but the way to one: what is chosen then leads to a request that came, where the secret is tried. */
export const FIND_IT = 'find-it'

interface Offered {
  readonly schemes: readonly SchemeEntry[]
  readonly endpoints: readonly Pick<Endpoint, 'signing'>[]
  /** What a request that came looks like. */
  readonly suggestions: readonly Suggestion[]
}

export function schemeGroups({ schemes, endpoints, suggestions }: Offered): ChoiceGroup[] {
  const among = (ids: readonly (string | undefined)[]) =>
    [...new Set(ids)].flatMap((id) => schemes.filter((entry) => entry.id === id).map(choiceOf))
  const because = new Map(suggestions.map((one) => [one.scheme, one.because]))
  return [
    {
      name: 'What arrived looks like',
      choices: among([...because.keys()]).map((choice) => ({ ...choice, note: because.get(choice.id) ?? '' })),
    },
    { name: 'Used here', choices: among(endpoints.map((endpoint) => endpoint.signing?.scheme)) },
    { name: 'Common', choices: among(COMMON) },
    {
      name: 'All, A to Z',
      choices: [...schemes].sort((one, other) => one.name.localeCompare(other.name, 'en')).map(choiceOf),
    },
    {
      name: 'Another provider',
      choices: [
        {
          id: FIND_IT,
          name: 'Not listed: find it with the secret',
          words: 'own other unknown another',
          note: 'Tried on a request that came',
          otherwise: true,
        },
        {
          id: 'custom',
          name: 'Custom: spell out how it signs',
          words: 'own other unknown hmac',
          note: 'For those who know how it signs',
          otherwise: true,
        },
      ],
    },
    { name: 'No check', choices: [{ id: '', name: 'None: signatures are not checked', words: 'off no' }] },
  ]
}

function choiceOf(entry: SchemeEntry): Choice {
  const { row } = entry
  return {
    id: entry.id,
    name: entry.name,
    note: `${ALGORITHMS[row.alg].replace(/ \(.*/, '')}, ${placeInWords(row)}`,
    words: [row.sig.name, ...(row.sig.aliases ?? []), row.alg, row.id?.name, row.ts?.name, entry.eventType]
      .filter((word) => word !== undefined)
      .join(' '),
  }
}
