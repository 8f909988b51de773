/**
 * Bytes as text, read strictly.
 *
 * Node's own decoders skip what they cannot read: `00zz` becomes one byte, and base64 with a digit missing becomes a shorter buffer.
 * A check that lets such text pass says "valid" where the receiver's own code says no.
 */
import type { Encoding } from '../../shared/scheme.ts'

const HEX = /^(?:[0-9a-f]{2})+$/i
const LOWER_HEX = /^(?:[0-9a-f]{2})+$/
const BASE64 = /^([A-Za-z0-9+/]*)(={0,2})$/

/** @param text one character a byte. Undefined when it is not exactly what an encoder would have written. */
export function decodeStrictly(text: string, encoding: Encoding, hexCase?: 'lower'): Buffer | undefined {
  switch (encoding) {
    case 'hex':
      return (hexCase === 'lower' ? LOWER_HEX : HEX).test(text) ? Buffer.from(text, 'hex') : undefined
    case 'utf8':
      return Buffer.from(text, 'latin1')
    case 'base64':
    case 'base64url': {
      // Written back, it must be the same text: alphabet, length, padding and unused bits in one comparison.
      const bytes = Buffer.from(text, encoding)
      return bytes.length > 0 && bytes.toString(encoding) === text ? bytes : undefined
    }
  }
}

/** Bytes as text, one character a byte. */
export function encode(bytes: Buffer, encoding: Encoding): string {
  return bytes.toString(encoding === 'utf8' ? 'latin1' : encoding)
}

/**
 * A secret in base64. Its padding may be missing, since providers' libraries differ there and the bytes are the same;
 * anything else that is not base64 is refused.
 */
export function decodeKeyBase64(text: string): Buffer | undefined {
  const match = BASE64.exec(text)
  if (match === null) return undefined
  const [, digits = '', padding = ''] = match
  if (digits.length % 4 === 1 || (padding !== '' && text.length % 4 !== 0)) return undefined
  return Buffer.from(digits, 'base64')
}
