/** What an event is called, and how a second attempt is known. */
import { describe, expect, test } from 'vitest'
import { eventIdOf, eventTypeOf } from '../../../server/signatures/event.ts'
import { lazyJson } from '../../../server/signatures/json-body.ts'
import { SCHEMES } from '../../../server/signatures/schemes.ts'

const nothing = { scheme: undefined, eventType: undefined, eventId: undefined }
const json = (value: unknown) => lazyJson(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
const typeOf = (body: unknown, settings = {}, headers: string[] = []) =>
  eventTypeOf({ ...nothing, ...settings }, headers, json(body))
const idOf = (body: unknown, settings = {}, headers: string[] = []) =>
  eventIdOf({ ...nothing, ...settings }, headers, json(body))

describe('the event type', () => {
  test.each(['type', 'event', 'event_type', 'topic', 'action'])('is `%s` at the top of a JSON body', (key) => {
    expect(typeOf({ a: 1, [key]: 'order.created' })).toBe('order.created')
  })

  test('is the first of these, wherever it stands', () => {
    expect(typeOf({ action: 'a', topic: 't', event_type: 'et', event: 'e', type: 'ty' })).toBe('ty')
    expect(typeOf({ action: 'opened', event: { id: 1 } })).toBe('opened')
  })

  test('is what the header of the endpoint’s scheme says, whatever the body says', () => {
    for (const { id, eventType } of SCHEMES)
      if (eventType !== undefined)
        expect(typeOf({ type: 'body' }, { scheme: id }, [eventType.toUpperCase(), 'head']), id).toBe('head')
    expect(typeOf({ type: 'body' }, { scheme: 'github' })).toBe('body')
  })

  test('is found in a known header without a scheme too, but not in another scheme’s', () => {
    expect(typeOf({ type: 'body' }, {}, ['x-github-event', 'push'])).toBe('push')
    expect(typeOf({ type: 'body' }, { scheme: 'stripe' }, ['x-github-event', 'push'])).toBe('body')
  })

  test('stands where the endpoint says, and nowhere else then', () => {
    expect(typeOf({ data: { 'a/b': ['x', { '~': 'deep' }] } }, { eventType: '/data/a~1b/1/~0' })).toBe('deep')
    expect(typeOf({ type: 'body' }, { eventType: '/nothing' })).toBeUndefined()
  })

  test.each([
    ['no JSON', 'type=x'],
    ['an array', [{ type: 'x' }]],
    ['a name that is empty', { type: '' }],
    ['a name that is an object', { type: {} }],
    ['a name that is too long', { type: 'x'.repeat(201) }],
    ['an inherited name', { __proto__: { type: 'x' } }],
    ['more than is parsed', `{"type":"x","a":"${'x'.repeat(1024 * 1024)}"}`],
    ['deeper than is parsed', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['nothing', ''],
  ])('is none of %s', (_, body) => {
    expect(typeOf(body)).toBeUndefined()
  })

  test('may be a number', () => {
    expect(typeOf({ type: 7 })).toBe('7')
  })
})

describe('the event id', () => {
  test('is what the scheme says', () => {
    for (const { id, eventId } of SCHEMES) {
      if (eventId === undefined) continue
      const found = eventId.startsWith('/')
        ? idOf(
            eventId
              .slice(1)
              .split('/')
              .reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'e1'),
            { scheme: id },
          )
        : idOf({}, { scheme: id }, [eventId.toUpperCase(), 'e1'])
      expect(found, id).toBe('e1')
    }
  })

  test('is what the endpoint says, be it a header or a place in the body', () => {
    expect(idOf({ id: 'body' }, { eventId: 'X-Event-Id' }, ['x-event-id', 'head', 'X-Event-Id', 'second'])).toBe('head')
    expect(idOf({ data: { id: 5 } }, { eventId: '/data/id', scheme: 'stripe' })).toBe('5')
    expect(idOf({ id: 'x' })).toBeUndefined()
    expect(idOf('no json', { eventId: '/id' })).toBeUndefined()
  })
})
