/** What looks at stored captures, over a real store and a real thread; a test plays the provider's keys, the clock and what it wants held. */
import { createSign } from 'node:crypto'
import { type Checker, createChecker } from '../../server/checking/checker.ts'
import { runLateCheck } from '../../server/checking/late-check.ts'
import { createProviderKeys } from '../../server/checking/provider-keys.ts'
import { createRecheck } from '../../server/checking/recheck.ts'
import type { Fetched } from '../../server/outbound/fetch-document.ts'
import { openStore } from '../../server/store/open.ts'
import type { EndpointRecord, Store } from '../../server/store/store.ts'
import { aCapture } from './a-capture.ts'
import { tlsFile } from './key-provider.ts'

export interface CheckingParts extends AsyncDisposable {
  readonly store: Store
  readonly log: string[]
  /** The followers stop; the store stays open. */
  stop(): void
}

/** @param parts `late` and `again`: which followers run, both where left out; `wrap` hands out the checker that they get */
export function checkingParts(parts: {
  readonly data?: string
  readonly now?: () => number
  readonly fetchDocument?: () => Promise<Fetched>
  readonly wrap?: (checker: Checker) => Checker
  readonly late?: boolean
  readonly again?: boolean
}): CheckingParts {
  const { data = ':memory:', now = Date.now, fetchDocument, wrap, late = true, again = true } = parts
  const log: string[] = []
  const store = openStore({ data, durability: 'fast', now, log: () => undefined })
  const checker = createChecker()
  const stop = new AbortController()
  const nothing = async (): Promise<Fetched> => ({ fault: 'Nobody is asked here.', passes: false })
  const keys = createProviderKeys({ fetchDocument: fetchDocument ?? nothing, now, roots: [tlsFile('ca.pem')] })
  const all = {
    store,
    checker: wrap?.(checker) ?? checker,
    keys,
    publicUrl: undefined,
    now,
    log: (fact: string) => void log.push(fact),
  }
  if (late) void runLateCheck(all, stop.signal)
  if (again) void createRecheck(all).run(stop.signal)
  return {
    store,
    log,
    stop: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await checker.close()
      await store.close()
    },
  }
}

export const SNS = { scheme: 'aws-sns', secrets: [], fetchKeys: true }

/** A notification of Amazon, signed with the key of the certificate `paypal.pem`, which the test hands out; kept as one that waits for it. */
export async function anSnsCapture(store: Store, { id: endpoint }: Pick<EndpointRecord, 'id'>, receivedAt: number) {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: 'm',
    TopicArn: 'arn:aws:sns:eu-west-1:1:t',
    Message: 'hi',
    Timestamp: new Date(receivedAt).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/x.pem',
  }
  const signed = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'].map((name) => `${name}\n${message[name]}\n`)
  message['Signature'] = createSign('sha256').update(signed.join('')).sign(tlsFile('paypal-key.pem'), 'base64')
  const body = Buffer.from(JSON.stringify(message))
  const verdict = { kind: 'unchecked', scheme: 'aws-sns' } as const
  const { id } = await store.addCapture(aCapture(endpoint, { headers: [], body, receivedAt, late: true, verdict }))
  return { id, verdict: async () => (await store.capture(id))?.verdict }
}
