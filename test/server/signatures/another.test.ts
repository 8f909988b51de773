import { expect, test } from 'vitest'
import { anotherId, anotherToken } from '../../../server/signatures/another.ts'

test.each([
  ['msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', /^msg_[0-9A-Za-z]{27}$/],
  ['72d3162e-cc78-11e3-81ab-4c9367dc0958', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['EVT-72D3162E-CC78-11E3-81AB-4C9367DC0958', /^EVT-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/],
  ['evt_1', /^evt_\d{10}$/],
  ['90210345678901', /^[1-9]\d{13}$/],
  ['deadbeefdeadbeef', /^[0-9a-f]{16}$/],
])('a new id looks like the old one: %s', (id, form) => {
  const made = anotherId(id)
  expect(made).toMatch(form)
  expect(made).not.toBe(id)
})
test('an id of nothing but signs becomes a UUID', () => {
  expect(anotherId('--')).toMatch(/^[0-9a-f-]{36}$/)
})
test.each(['s3cret-Token', 'a', '7', '...', 'x', 'Bearer äö'])('another token is as long, and another: %s', (token) => {
  const made = anotherToken(token)
  expect(made).toHaveLength(token.length)
  expect(made).not.toBe(token)
})
