/**
 * Schemes that a request looks like, by the names of its headers and by who says to have sent it.
 *
 * A suggestion and no more: anybody can send such a header. What decides is the scheme that the user has set.
 */
import type { Suggestion } from '../../../shared/diagnosis.ts'
import type { Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { placeOfSignature, readerOfSignatures } from '../places.ts'
import { headerValuesOf, type SignedRequest } from '../request.ts'
import type { Definition } from '../definition.ts'
import { findScheme, SCHEMES } from '../schemes.ts'

/**
 * What tells providers apart that use the same header: another header, or the sender's name for itself. Some send GitHub's headers beside
 * their own, and GitHub never sends theirs.
 */
const MARKS: Readonly<Record<string, { header?: string; agent?: RegExp; alsoGitHubs?: true }>> = {
  github: { header: 'x-github-event', agent: /^GitHub-Hookshot/i },
  'github-sha1': { header: 'x-github-event', agent: /^GitHub-Hookshot/i },
  meta: { agent: /facebookexternalua|facebookplatform|WhatsApp/i },
  bitbucket: { header: 'x-event-key', agent: /^Bitbucket-Webhooks/i },
  jira: { header: 'x-atlassian-webhook-identifier', agent: /^Atlassian/i },
  intercom: { header: 'intercom-webhook-version', agent: /intercom/i },
  gitea: { header: 'x-gitea-event', agent: /^Gitea/i, alsoGitHubs: true },
  forgejo: { header: 'x-forgejo-event', agent: /^Forgejo/i, alsoGitHubs: true },
  gogs: { header: 'x-gogs-event', agent: /^Gogs/i, alsoGitHubs: true },
  openai: { agent: /openai/i },
  polar: { agent: /polar/i },
  bigcommerce: { agent: /bigcommerce/i },
  'gitlab-signing-token': { header: 'x-gitlab-event', agent: /^GitLab/i },
  clerk: { agent: /clerk/i },
  resend: { agent: /resend/i },
  'atlassian-connect': { header: 'x-atlassian-webhook-identifier', agent: /^Atlassian/i },
  'shoprenter-payment-api': { agent: /shoprenter/i },
  shopify: { header: 'x-shopify-topic' },
}

/** Names that many senders use: such a header alone says nothing. */
const COMMON = new Set([
  'authorization',
  'x-signature',
  'webhook-signature',
  'x-webhook-signature',
  'hmac',
  'x-hub-signature',
])

/** Best first. */
export function suggest(request: SignedRequest, limit = 3): Suggestion[] {
  return SCHEMES.map((entry, position) => ({ entry, position, score: scoreOf(entry, request) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, limit)
    .map(({ entry }) => ({ scheme: entry.id, name: entry.name, because: becauseOf(entry, request) }))
}

/**
 * Beside the scheme that is set. One whose signature stands where the set one looks for its own, in the same form, is not named: the
 * header then says nothing that would speak for it.
 */
export function suggestBeside({ id, row }: Definition, request: SignedRequest): Suggestion[] {
  const names = namesOf(row)
  const isSame = (other: Scheme): boolean =>
    formOf(other) === formOf(row) &&
    namesOf(other).every((name) => names.includes(name) || !isCarried(other, name, request))
  return suggest(request, SCHEMES.length)
    .filter(({ scheme }) => {
      const other = findScheme(scheme)?.row
      return scheme !== id && (other === undefined || !isSame(other))
    })
    .slice(0, 3)
}

const namesOf = ({ sig }: Scheme): string[] => [sig.name, ...(sig.aliases ?? [])].map((name) => name.toLowerCase())

const formOf = ({ sig }: Scheme): string => JSON.stringify([sig.in, sig.prefix ?? '', sig.field ?? '', sig.enc])

const isCarried = ({ sig }: Scheme, name: string, { headers }: SignedRequest): boolean =>
  sig.in !== 'header' || headerValuesOf(headers, name).length > 0

function scoreOf({ id, row, eventType }: SchemeEntry, request: SignedRequest): number {
  const { sig, ts } = row
  if (sig.in === 'body') return 0
  const values = readerOfSignatures(sig)(request)
  const value = values[0]
  if (value === undefined) return 0
  const has = (name: string): boolean => headerValuesOf(request.headers, name.toLowerCase()).length > 0
  const mark = MARKS[id]
  const agent = headerValuesOf(request.headers, 'user-agent')[0] ?? ''
  const marked = (mark?.header !== undefined && has(mark.header)) || mark?.agent?.test(agent) === true
  const companion = eventType !== undefined && has(eventType)
  const common = COMMON.has(sig.name.toLowerCase())
  const { prefix, field, kv = '' } = sig
  // Not of its form: then it is another's header of the same name, unless something else speaks for it.
  if (prefix !== undefined && !value.startsWith(prefix)) return marked ? 1 : 0
  if (field !== undefined && !value.includes(field + kv)) return marked ? 1 : 0
  if (ts?.in === 'header' && ![ts.name, ...(ts.aliases ?? [])].some(has)) return marked ? 1 : 0
  // Anything may stand in Authorization, and a shop has many headers called like that.
  if (common && !marked && !companion && (sig.in !== 'header' || /^authorization$/i.test(sig.name))) return 0
  const own = sig.in === 'header' && values.length > 0 && has(sig.name)
  return (
    2 +
    (own ? 2 : 0) +
    (marked ? (mark?.alsoGitHubs === true ? 8 : 4) : 0) +
    (companion ? 2 : 0) +
    (common ? 0 : 2) +
    (prefix === undefined ? 0 : 1)
  )
}

function becauseOf({ id, row, eventType }: SchemeEntry, request: SignedRequest): string {
  const mark = MARKS[id]
  const has = (name: string | undefined): name is string =>
    name !== undefined && headerValuesOf(request.headers, name.toLowerCase()).length > 0
  const carried =
    row.sig.in === 'header' ? [row.sig.name, ...(row.sig.aliases ?? [])].find((name) => has(name)) : undefined
  const place = carried ?? placeOfSignature(row.sig).replace(/^The header /, '')
  const event = [mark?.header, eventType].find((name) => has(name))
  const named = event === undefined ? undefined : nameAsSent(event, request)
  const what = carried === undefined ? `It has ${place.replace(/^The /, 'the ')}` : `It carries the header ${place}`
  return named === undefined ? `${what}.` : `${what} and ${named}.`
}

function nameAsSent(name: string, request: SignedRequest): string {
  return request.headers.find((each, i) => i % 2 === 0 && each.toLowerCase() === name.toLowerCase()) ?? name
}
