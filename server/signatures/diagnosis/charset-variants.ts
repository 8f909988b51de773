/** Bodies whose bytes were decoded and encoded again in another way: what a framework that takes every body for text does. */
import type { BodyVariant } from './body-variants.ts'

/** What Node would cut off when writing Latin-1, which is no encoding anybody meant. */
const beyondLatin1 = /[\u0100-\uffff]/

/** @param text the body decoded as UTF-8, with U+FFFD where that cannot be */
export function* charsetVariants(body: Buffer, text: string): Generator<BodyVariant> {
  const variant = (as: string, changed: Buffer): BodyVariant => ({ cause: 'body_charset', as, body: changed })
  yield variant('the body decoded as UTF-8, with � for each byte that is none', Buffer.from(text, 'utf8'))
  yield variant(
    'the body taken for Latin-1 and encoded as UTF-8 once more',
    Buffer.from(body.toString('latin1'), 'utf8'),
  )
  if (!beyondLatin1.test(text)) yield variant('the body in Latin-1 instead of UTF-8', Buffer.from(text, 'latin1'))
  const once = Buffer.from(text, 'latin1').toString('utf8')
  if (!beyondLatin1.test(text) && !once.includes('\ufffd'))
    yield variant('the body before it was encoded as UTF-8 a second time', Buffer.from(once, 'utf8'))
  yield variant(
    'the body with ? for each letter that is not plain ASCII',
    Buffer.from(text.replace(/[\u0080-\u{10ffff}]/gu, '?')),
  )
  // @zoom/rivet decodes the body of an AWS Lambda like this: the highest bit of each byte is dropped.
  yield variant('the body decoded as ASCII', Buffer.from(body.toString('ascii'), 'utf8'))
  yield variant('the body with its accents composed (Unicode NFC)', Buffer.from(text.normalize('NFC')))
  yield variant('the body with its accents taken apart (Unicode NFD)', Buffer.from(text.normalize('NFD')))
  yield variant('the body in base64', Buffer.from(body.toString('base64')))
  const trimmed = text.trim()
  if (trimmed.length >= 8 && /^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) && trimmed.length % 4 === 0)
    yield variant('the body decoded from base64', Buffer.from(trimmed, 'base64'))
  yield variant('the body in UTF-16', Buffer.from(text, 'utf16le'))
}
