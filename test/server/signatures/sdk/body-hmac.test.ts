import { sign as signAsGitHub, verify as verifyAsGitHub } from '@octokit/webhooks-methods'
import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client'
import Razorpay from 'razorpay'
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { header, resignedBySecret } from './resigned.ts'

const SECRET = 'a-secret-of-the-test'
const BODIES = [
  '{"id":"evt_1","amount":1.0}',
  '{\n  "text": "é \\u00e9 😀",\t"path": "a\\/b"\n}\r\n',
  'payload=%7B%22a%22%3A1%7D&b=+',
]

test.each(BODIES)('@octokit/webhooks-methods takes it: %j', async (body) => {
  const name = 'X-Hub-Signature-256'
  const other = await signAsGitHub('another secret', body)
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'github',
    secret: SECRET,
    headers: [[name, other]],
    body,
  })
  const says = (draft: typeof again) => verifyAsGitHub(SECRET, String(draft.body), header(draft, name))
  expect([await says(old), await says(again), await says(wrong)]).toEqual([false, true, false])
  expect(header(again, name)).toBe(await signAsGitHub(SECRET, body))
})

test.each(BODIES)('@notionhq/client takes it: %j', async (body) => {
  const name = 'X-Notion-Signature'
  const other = await signWebhookPayload({ body, verificationToken: 'another' })
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'notion',
    secret: SECRET,
    headers: [[name, other]],
    body,
  })
  const says = (draft: typeof again) =>
    verifyWebhookSignature({ body: draft.body, signature: header(draft, name), verificationToken: SECRET })
  expect([await says(old), await says(again), await says(wrong)]).toEqual([false, true, false])
})

test.each(BODIES)('razorpay takes it: %j', async (body) => {
  const name = 'X-Razorpay-Signature'
  const other = createHmac('sha256', 'another').update(body).digest('hex')
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'razorpay',
    secret: SECRET,
    headers: [[name, other]],
    body,
  })
  const says = (draft: typeof again) =>
    Razorpay.validateWebhookSignature(String(draft.body), header(draft, name), SECRET)
  expect([says(old), says(again), says(wrong)]).toEqual([false, true, false])
})
