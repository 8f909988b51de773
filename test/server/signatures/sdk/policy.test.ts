/** Providers that set no unit and no limit for the time: their libraries take any text that is rightly signed, and so does the check. */
import { EventWebhook } from '@sendgrid/eventwebhook'
import { verifyKey } from 'discord-interactions'
import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { findDefinition } from '../../../../server/signatures/schemes.ts'
import { compileScheme } from '../../../../server/signatures/verify.ts'
import { aRequest } from '../vectors.ts'

const NOW = 1_767_225_600_000
const BODY = '[{"event":"delivered"}]\r\n'
const TEXTS = ['soon', '2026-01-01T00:00:00Z', '1767225600.5', '01767225600']

function verdict(scheme: string, publicKey: string, headers: string[]) {
  const definition = findDefinition(scheme)
  if (definition === undefined) throw new Error(`no scheme ${scheme}`)
  return compileScheme(definition, { secrets: [], publicKeys: [publicKey] })(aRequest({ text: BODY, headers }), NOW)
}

test.each(TEXTS)('SendGrid: %j for a time is rightly signed and of no age, as its library says', (text) => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const signature = signBytes('sha256', Buffer.from(text + BODY), pair.privateKey).toString('base64')
  const library = new EventWebhook()
  const ecdsa = library.convertPublicKeyToECDSA(key)
  const said = (time: string) =>
    verdict('sendgrid', key, [
      ...['X-Twilio-Email-Event-Webhook-Signature', signature],
      ...['X-Twilio-Email-Event-Webhook-Timestamp', time],
    ])
  expect(library.verifySignature(ecdsa, BODY, signature, text)).toBe(true)
  expect(said(text)).toEqual({ kind: 'valid', scheme: 'sendgrid', secretId: expect.any(String) })
  expect(library.verifySignature(ecdsa, BODY, signature, `${text}1`)).toBe(false)
  expect(said(`${text}1`).kind).toBe('invalid')
})

test.each(TEXTS)('Discord: %j for a time is rightly signed and of no age, as its library says', async (text) => {
  const pair = generateKeyPairSync('ed25519')
  const key = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const signature = signBytes(null, Buffer.from(text + BODY), pair.privateKey).toString('hex')
  const said = (time: string) =>
    verdict('discord', key, [...['X-Signature-Ed25519', signature], ...['X-Signature-Timestamp', time]])
  expect(await verifyKey(BODY, signature, text, key)).toBe(true)
  expect(said(text)).toEqual({ kind: 'valid', scheme: 'discord', secretId: expect.any(String) })
  expect(await verifyKey(BODY, signature, `${text}1`, key)).toBe(false)
  expect(said(`${text}1`).kind).toBe('invalid')
})
