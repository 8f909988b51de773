/** Where the body that was signed first differs from the one that arrived: two short excerpts, so that megabytes are not sent to be looked at. */
import type { BodyDifference } from '../../../shared/diagnosis.ts'
import { DIFFERENCE_BYTES } from '../../../shared/limits.ts'

/** Bytes shown before the first one that differs, so that people recognise the place. */
const BEFORE = 80

export function differenceOf(captured: Buffer, signed: Buffer): BodyDifference {
  const shorter = Math.min(captured.length, signed.length)
  let at = 0
  while (at < shorter && captured[at] === signed[at]) at++
  const from = Math.max(0, at - BEFORE)
  const excerpt = (body: Buffer): string => body.subarray(from, from + DIFFERENCE_BYTES).toString('base64')
  return {
    at,
    from,
    capturedBase64: excerpt(captured),
    signedBase64: excerpt(signed),
    capturedSize: captured.length,
    signedSize: signed.length,
  }
}
