import { EventWebhook } from '@sendgrid/eventwebhook'
import { verifyKey } from 'discord-interactions'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import MessageValidator from 'sns-validator'
import nacl from 'tweetnacl'
import { expect, onTestFinished, test } from 'vitest'
import type { Draft } from '../../../../server/signatures/draft.ts'
import { header, LONG_AGO, resignedByTestKey } from './resigned.ts'

const BODY = '[{"email":"é@example.com","event":"delivered"}]\r\n'
const SECONDS = String(LONG_AGO / 1000)

test('@sendgrid/eventwebhook takes it with the test key, and neither the old nor the wrong one', async () => {
  const [signature, timestamp] = ['X-Twilio-Email-Event-Webhook-Signature', 'X-Twilio-Email-Event-Webhook-Timestamp']
  const { old, again, wrong, publicKey } = await resignedByTestKey({
    scheme: 'sendgrid',
    headers: [
      [signature, 'MEQCIGjkBImW0DKi/yqYvnv0gbPLnQlKgtih4IJGA9Ry8VczAiBn9wt/JHoT5U6O1L2HsMLlW7Pl7ArBen4qsh0eEMc9Xw=='],
      [timestamp, SECONDS],
    ],
    body: BODY,
  })
  const library = new EventWebhook()
  const key = library.convertPublicKeyToECDSA(publicKey)
  const says = (draft: Draft) =>
    library.verifySignature(key, draft.body, header(draft, signature), header(draft, timestamp))
  expect([says(old), says(again), says(wrong)]).toEqual([false, true, false])
})

test('discord-interactions takes it with the test key, and neither the old nor the wrong one', async () => {
  const { old, again, wrong, publicKey } = await resignedByTestKey({
    scheme: 'discord',
    headers: [
      ['X-Signature-Ed25519', '80e4537b'.repeat(16)],
      ['X-Signature-Timestamp', SECONDS],
    ],
    body: '{"type":1}',
  })
  const says = (draft: Draft) =>
    verifyKey(draft.body, header(draft, 'X-Signature-Ed25519'), header(draft, 'X-Signature-Timestamp'), publicKey)
  expect([await says(old), await says(again), await says(wrong)]).toEqual([false, true, false])
})

test('tweetnacl takes a v1a of the Standard Webhooks with the test key, and neither the old nor the wrong one', async () => {
  const { old, again, wrong, publicKey } = await resignedByTestKey({
    scheme: 'standard-webhooks-v1a',
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', SECONDS],
      ['webhook-signature', `v1a,${Buffer.alloc(64, 7).toString('base64')}`],
    ],
    body: BODY,
  })
  expect(publicKey).toMatch(/^whpk_/)
  const key = Buffer.from(publicKey.slice('whpk_'.length), 'base64')
  const says = (draft: Draft) => {
    const [version, signature = ''] = header(draft, 'webhook-signature').split(',')
    const content = `${header(draft, 'webhook-id')}.${header(draft, 'webhook-timestamp')}.${draft.body}`
    return version === 'v1a' && nacl.sign.detached.verify(Buffer.from(content), Buffer.from(signature, 'base64'), key)
  }
  expect([says(old), says(again), says(wrong)]).toEqual([false, true, false])
})

test.each(['1', '2'])(
  'sns-validator takes version %s with the test key, and neither the old nor the wrong one',
  async (version) => {
    const message = {
      Type: 'Notification',
      MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
      Subject: 'My First Message',
      Message: 'Hello é 😀',
      Timestamp: '2023-11-14T22:13:20.000Z',
      SignatureVersion: version,
      Signature: Buffer.alloc(256, 7).toString('base64'),
      SigningCertURL: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem',
    }
    const body = JSON.stringify(message, null, 2)
    const { old, again, wrong, publicKey } = await resignedByTestKey({ scheme: 'aws-sns', headers: [], body })

    // The library fetches the certificate itself; the address is not signed, so it is sent to a server of ours, which hands out the key.
    const file = (name: string) => readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url))
    const server = https.createServer(
      { key: file('self-signed-key.pem'), cert: file('self-signed.pem') },
      (_, response) => response.end(publicKey),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { options } = https.globalAgent
    const before = options.ca
    options.ca = file('self-signed.pem')
    onTestFinished(() => {
      if (before === undefined) delete options.ca
      else options.ca = before
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo // a TCP server that listens has one
    const library = new MessageValidator(/^localhost:\d+$/)
    const says = (draft: Draft) =>
      new Promise<boolean>((resolve) => {
        const given: unknown = JSON.parse(String(draft.body))
        const moved = { ...(given as typeof message), SigningCertURL: `https://localhost:${port}/key.pem` } // as made above
        library.validate(moved, (error: Error | null) => resolve(error === null))
      })
    expect([await says(old), await says(again), await says(wrong)]).toEqual([false, true, false])
  },
)
