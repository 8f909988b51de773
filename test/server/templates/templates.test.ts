import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findEvent, TEMPLATES } from '../../../server/templates/templates.ts'

const payload = (name: string) => readFileSync(new URL(`../../fixtures/payloads/${name}`, import.meta.url))

test("Shoprocket's order is sent to the letter: the type behind the data, numbers as strings", () => {
  const event = findEvent('shoprocket', 'order.created')
  expect(event?.body(0)).toEqual(payload('shoprocket-order.created.json'))
  const order = JSON.parse(event?.body(0).toString('utf8') ?? '')
  expect(Object.keys(order)).toEqual(['data', 'type', 'webhook_environment'])
  expect(order).toMatchObject({ type: 'order.created', data: { id: '716', raw_order_id: 186, total_amount: '21.95' } })
})

test('the first event of a template is meant where none is named; an unknown one is none', () => {
  expect(findEvent('shoprocket')?.type).toBe('order.created')
  expect(findEvent('shoprocket', 'order.lost')).toBeUndefined()
  expect(findEvent('nobody')).toBeUndefined()
})

test('every template has an id of its own, a source and at least one event', () => {
  expect(new Set(TEMPLATES.map((each) => each.id)).size).toBe(TEMPLATES.length)
  for (const each of TEMPLATES) {
    expect(each.source).toMatch(/^https:\/\//)
    expect(each.events.length).toBeGreaterThan(0)
    for (const event of each.events) expect(event.body(0).length).toBeGreaterThan(0)
  }
})

test.each(['stripe-payment_intent.succeeded', 'stripe-checkout.session.completed', 'stripe-invoice.payment_failed'])(
  'the fixture %s is an event of its name',
  (name) => {
    expect(JSON.parse(payload(`${name}.json`).toString('utf8'))).toMatchObject({
      object: 'event',
      id: expect.stringMatching(/^evt_/),
      type: name.slice('stripe-'.length),
    })
  },
)

test("Shoprenter's order names no event type, in JSON and in XML alike", () => {
  const json = JSON.parse(payload('shoprenter-order_confirm.json').toString('utf8'))
  expect(json).toMatchObject({ orders: { order: [{ storeName: 'hegyikavezo', innerId: '4711' }] } })
  for (const key of ['type', 'event', 'event_type', 'topic', 'action']) expect(json).not.toHaveProperty(key)
  expect(payload('shoprenter-order_confirm.xml').toString('utf8')).toMatch(
    /^<\?xml[\s\S]*<innerId><!\[CDATA\[4711\]\]><\/innerId>/,
  )
})
