/** Which header of a request looks like its signature, said before anybody has typed a secret. By name and form alone: it proves nothing. */
import type { Capture } from '../../shared/capture.ts'

/** The name as it came; undefined where none looks like one. */
export function headerThatLooksSigned(headers: Capture['headers']): string | undefined {
  const rated = headers.flatMap(([name, value]) => {
    if (
      !NAMED.test(name) ||
      CONTENT_ALONE.test(name) ||
      !value
        .split(/[\s,;=]+/)
        .concat(afterFirst(value))
        .some(isMac)
    )
      return []
    return [{ name, rank: /signature/i.test(name) ? 0 : 1 }]
  })
  return rated.sort((one, other) => one.rank - other.rank)[0]?.name
}

const NAMED = /sign|hmac|sha-?(1|256|384|512)|digest|hash|(^|-)mac($|-)/i

/** A hash of the body that needs no secret, so that it proves nothing about who sent it (RFC 9530, AWS). */
const CONTENT_ALONE =
  /^(?:(?:content|repr|want-content|want-repr)-digest|digest|content-md5|x-amz-content-sha256|etag)$/i

/** Bytes that the usual hashes come to. */
const SIZES = [20, 32, 48, 64]

function isMac(text: string): boolean {
  if (/^[0-9a-f]+$/i.test(text)) return SIZES.includes(text.length / 2)
  if (!/^[A-Za-z0-9+/_-]{27,88}={0,2}$/.test(text)) return false
  const bare = text.replace(/=+$/, '')
  return SIZES.includes(Math.floor((bare.length * 3) / 4)) && /[A-Z]/.test(bare) && /[a-z]/.test(bare)
}

/** What stands behind `name=`, the equals signs at its end with it. */
const afterFirst = (value: string): string[] => value.split(/[\s,;]+/).map((part) => part.slice(part.indexOf('=') + 1))
