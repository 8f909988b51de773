import { expect, test } from 'vitest'
import { belowEndpoint, withoutAuthority } from '../../shared/target.ts'

test.each([
  ['/shop', ''],
  ['/shop/', '/'],
  ['/shop?x=1', '?x=1'],
  ['/shop#f', '#f'],
  ['/shop//a/../b?x', '//a/../b?x'],
  ['http://h:1/shop/a', '/a'],
  ['HTTPS://h/shop?x', '?x'],
])('below the endpoint of %s stands %j', (target, below) => {
  expect(belowEndpoint(target)).toBe(below)
})

test.each([
  ['http://h', '/'],
  ['http://h?x', '?x'],
  ['http://u:p@h:80/a', '/a'],
  ['//h/a', '//h/a'],
  ['*', '*'],
])('%s without its authority is %j', (target, path) => {
  expect(withoutAuthority(target)).toBe(path)
})
