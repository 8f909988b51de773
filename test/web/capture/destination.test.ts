import { expect, test } from 'vitest'
import { addressOf } from '../../../server/deliver/address.ts'
import { SCHEMES } from '../../../server/signatures/schemes.ts'
import { appends, joined, partsOf, wholeTarget } from '../../../web/capture/destination.ts'

const TARGETS = [
  'http://localhost:3000',
  'http://localhost:3000/',
  'http://localhost:3000/base',
  'http://localhost:3000/base/',
  'http://localhost:3000?x=1',
  'http://localhost:3000/a//b?',
  ' https://example.test/a?b=c#part ',
]
const BELOWS = ['', '/', '/orders', '//a/../b', '?q=%7e', '/orders?x=1&x=2', '/?', '?']

test('the URL shown before sending is the one that is asked for, for every way a target and a path can meet', () => {
  for (const target of TARGETS) {
    for (const below of BELOWS) {
      const { url, target: sent } = addressOf(target, 'append', below)
      expect(joined(target, below), `${target} with ${below}`).toBe(`${url.origin}${sent}`)
    }
  }
})

test('what stays behind is said in words', () => {
  expect(partsOf('/orders?x=1')).toBe('the path /orders and the query ?x=1')
  expect(partsOf('?x=1')).toBe('the query ?x=1')
  expect(partsOf('/orders')).toBe('the path /orders')
})

test('path and query go along by themselves only where the signature stands in the query and the target has none', () => {
  const inQuery = { signing: { scheme: 'shoprenter-payment-api', secrets: [] } }
  const inHeader = { signing: { scheme: 'github', secrets: [] } }
  const signed = { target: '/e1?shop=a&hmac=00ff' }
  const url = 'http://localhost:3000/hooks'
  const of = (...said: [Parameters<typeof appends>[0], Parameters<typeof appends>[1], Parameters<typeof appends>[2]]) =>
    appends(...said, SCHEMES)
  expect(of({ url }, signed, inQuery)).toBe(true)
  expect(of({ url: `${url}?own=1` }, signed, inQuery)).toBe(false)
  expect(of({ url }, { target: '/e1?shop=a' }, inQuery)).toBe(false)
  expect(of({ url }, signed, inHeader)).toBe(false)
  expect(of({ url }, signed, {})).toBe(false)
})

test('what was chosen for the endpoint holds, and means nothing where there is nothing to add', () => {
  const signed = { target: '/e1?shop=a&hmac=00ff' }
  const inQuery = { signing: { scheme: 'shoprenter-payment-api', secrets: [] } }
  expect(appends({ url: 'http://a/', append: false }, signed, inQuery, SCHEMES)).toBe(false)
  expect(appends({ url: 'http://a/', append: true }, { target: '/e1/x' }, {}, [])).toBe(true)
  expect(appends({ url: 'http://a/', append: true }, { target: '/e1' }, {}, [])).toBe(false)
})

test.each([
  ['3000', 'http://localhost:3000'],
  [':3000/hooks?x=1', 'http://localhost:3000/hooks?x=1'],
  ['localhost:3000/hooks', 'http://localhost:3000/hooks'],
  [' 127.0.0.1:8080 ', 'http://127.0.0.1:8080'],
  ['app.example/hooks', 'http://app.example/hooks'],
  ['https://app.example/hooks', 'https://app.example/hooks'],
  ['ftp://app.example', 'ftp://app.example'],
  ['', ''],
])('a target typed as %j means %j', (typed, whole) => {
  expect(wholeTarget(typed)).toBe(whole)
})
