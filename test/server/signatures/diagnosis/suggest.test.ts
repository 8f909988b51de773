import { describe, expect, test } from 'vitest'
import { suggest } from '../../../../server/signatures/diagnosis/suggest.ts'
import { SCHEMES } from '../../../../server/signatures/schemes.ts'
import { aRequest, vectors, requestOf } from '../vectors.ts'

const HEX = 'ab'.repeat(32)
const SHA1 = `sha1=${'ab'.repeat(20)}`

describe('a request looks like', () => {
  test.each([
    ['github', ['X-Hub-Signature-256', `sha256=${HEX}`, 'X-GitHub-Event', 'push', 'User-Agent', 'GitHub-Hookshot/1']],
    ['meta', ['X-Hub-Signature-256', `sha256=${HEX}`, 'User-Agent', 'facebookexternalua']],
    [
      'bitbucket',
      ['X-Hub-Signature', `sha256=${HEX}`, 'X-Event-Key', 'repo:push', 'User-Agent', 'Bitbucket-Webhooks/2.0'],
    ],
    ['jira', ['X-Hub-Signature', `sha256=${HEX}`, 'X-Atlassian-Webhook-Identifier', '1']],
    ['intercom', ['X-Hub-Signature', SHA1, 'User-Agent', 'intercom-webhook']],
    ['github-sha1', ['X-Hub-Signature', SHA1, 'X-GitHub-Event', 'push']],
    [
      'gitea',
      [
        'X-Gitea-Signature',
        HEX,
        'X-Gitea-Event',
        'push',
        'X-Hub-Signature-256',
        `sha256=${HEX}`,
        'X-GitHub-Event',
        'push',
      ],
    ],
    ['stripe', ['Stripe-Signature', `t=1767225600,v1=${HEX}`]],
    ['slack', ['X-Slack-Signature', `v0=${HEX}`, 'X-Slack-Request-Timestamp', '1767225600']],
    ['standard-webhooks', ['webhook-id', 'm', 'webhook-timestamp', '1767225600', 'webhook-signature', 'v1,aaaa']],
    [
      'gitlab-signing-token',
      [
        'webhook-id',
        'm',
        'webhook-timestamp',
        '1767225600',
        'webhook-signature',
        'v1,aaaa',
        'X-Gitlab-Event',
        'Push Hook',
      ],
    ],
    ['svix', ['svix-id', 'm', 'svix-timestamp', '1767225600', 'svix-signature', 'v1,aaaa']],
    ['twilio', ['X-Twilio-Signature', 'aaaa']],
  ])('%s by its headers', (id, headers) => {
    const [best] = suggest(aRequest({ headers }))
    expect(best?.scheme).toBe(id)
    expect(best?.because).toMatch(/^It .+\.$/)
  })

  test('nothing where it has no header that a provider is known by', () => {
    expect(suggest(aRequest({ headers: ['Authorization', 'Bearer x', 'User-Agent', 'curl/8'] }))).toEqual([])
  })

  test('the scheme with a reason that names the header', () => {
    expect(suggest(aRequest({ headers: ['Stripe-Signature', `t=1,v1=${HEX}`] }))[0]).toEqual({
      scheme: 'stripe',
      name: 'Stripe',
      because: 'It carries the header Stripe-Signature.',
    })
  })
})

test('the scheme that made a vector is among the first, unless others use the same header', () => {
  const right = vectors.filter(({ expected }) => expected === 'valid')
  const missed = right.filter((vector) => {
    const row = SCHEMES.find(({ id }) => id === vector.provider)?.row
    const isOwn =
      SCHEMES.filter(({ row: other }) => other.sig.name.toLowerCase() === row?.sig.name.toLowerCase()).length < 3
    return (
      isOwn &&
      row?.sig.in === 'header' &&
      !/^authorization$/i.test(row.sig.name) &&
      !suggest(requestOf(vector)).some(({ scheme }) => scheme === vector.provider)
    )
  })
  expect(missed.map(({ id }) => id)).toEqual([])
})
