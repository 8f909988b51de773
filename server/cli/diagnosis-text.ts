/** A diagnosis for people: the verdict, what to do about it, and the bytes it stands on. Whatever came from outside is made visible. */
import type { Verdict } from '../../shared/capture.ts'
import type { BodyDifference, Cause, Diagnosis } from '../../shared/diagnosis.ts'
import { indented, type Style, styled, visible, visibleBytes } from './print.ts'

/** Bytes of the signed content that are printed; `--json` has all that there are. */
const PRINTED_BYTES = 4096

/** Bytes on each side of the first that differs, so that the place stays on the screen. */
const AROUND_BYTES = 60

/** Rightly signed, and not too old either: what a careful receiver would accept. */
export function isAccepted({ kind, freshness }: Verdict): boolean {
  return kind === 'valid' && freshness !== 'stale' && freshness !== 'future'
}

/**
 * 0 where a careful receiver would accept it, 1 where not, 2 where nothing was checked: no scheme or key was there, and none was found. A
 * scheme that is only found now has not been chosen by anybody, so it ends with 1.
 */
export function exitCodeOf({ verdict, scheme }: Diagnosis): 0 | 1 | 2 {
  if (isAccepted(verdict)) return 0
  return verdict.kind === 'unchecked' && scheme === undefined ? 2 : 1
}

export function diagnosisText(diagnosis: Diagnosis): string {
  const { causes, suggestions, limited } = diagnosis
  return [
    verdictLine(diagnosis.verdict),
    ...causes.map((cause, at) => causeText(cause, diagnosis.verdict, causes.length > 1 ? `${at + 1}. ` : '')),
    ...suggestions.map(({ scheme, name, because }) =>
      visible(`It looks like ${name} (--scheme ${scheme}): ${because}`),
    ),
    limited === undefined ? '' : visible(limited),
    foundText(diagnosis),
    signedText(diagnosis),
    digests(diagnosis),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function verdictLine(verdict: Verdict): string {
  const { kind, freshness, scheme, reason } = verdict
  const style: Style = isAccepted(verdict) ? 'green' : kind === 'valid' || kind === 'unchecked' ? 'yellow' : 'red'
  const words =
    freshness === undefined || freshness === 'fresh'
      ? kind
      : `${kind}, ${freshness === 'stale' ? 'too old' : 'from the future'}`
  return [
    styled('bold', styled(style, words)),
    scheme === undefined ? '' : visible(` (${scheme})`),
    reason === undefined ? '' : `  ${visible(reason)}`,
  ].join('')
}

/** How sure it is. What the check itself ran into is no guess. */
function proofOf({ proven, detail }: Cause, { reason }: Verdict): string {
  return proven ? 'proven' : detail === reason ? 'seen in the request' : 'a guess'
}

function causeText(cause: Cause, verdict: Verdict, number: string): string {
  const { title, detail, remedy, evidence, body, url } = cause
  return [
    `${number}${styled('bold', visible(title))}${styled('dim', `  ${proofOf(cause, verdict)}`)}`,
    indented(
      [
        visible(detail),
        `What to do: ${visible(remedy)}`,
        styled('dim', `Evidence: ${visible(evidence)}`),
        ...(url === undefined ? [] : [`Signed URL: ${visible(url)}`]),
        ...(body === undefined ? [] : [differenceText(body)]),
      ].join('\n'),
    ),
  ].join('\n')
}

function differenceText({ at, from, capturedBase64, signedBase64, capturedSize, signedSize }: BodyDifference): string {
  const part = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64')
    const start = Math.max(0, at - from - AROUND_BYTES)
    const shown = visible(bytes.toString('latin1', start, at - from + AROUND_BYTES).replace(/[\x80-\xff]/g, byteNumber))
    return `${from + start > 0 ? '…' : ''}${shown}`
  }
  return [
    `The bodies differ from byte ${at} on:`,
    `  arrived (${capturedSize} bytes)  ${part(capturedBase64)}`,
    `  signed  (${signedSize} bytes)  ${part(signedBase64)}`,
  ].join('\n')
}

const byteNumber = (char: string): string => `<${char.charCodeAt(0).toString(16).toUpperCase()}>`

function foundText({ scheme, schemeId }: Diagnosis): string {
  if (schemeId !== undefined)
    return `It was signed with the scheme ${visible(schemeId)} (--scheme ${visible(schemeId)}), which says:\n${indented(visible(JSON.stringify(scheme)))}`
  if (scheme === undefined) return ''
  return `It was signed like this; save it as a file for --custom:\n${indented(visible(JSON.stringify(scheme)))}`
}

function signedText({ signedBase64, signedSize, url }: Diagnosis): string {
  if (signedBase64 === undefined) return ''
  const bytes = Buffer.from(signedBase64, 'base64')
  const size = signedSize ?? bytes.length
  const shown = bytes.subarray(0, PRINTED_BYTES)
  const rest = size - shown.length
  return [
    styled('bold', `What is signed, ${size} byte${size === 1 ? '' : 's'}`),
    ...(url === undefined ? [] : [indented(`with the URL ${visible(url.url)}`)]),
    indented(visibleBytes(shown)),
    ...(rest > 0 ? [indented(`… and ${rest} more bytes`)] : []),
  ].join('\n')
}

/** One below the other, so that a difference is seen; the first is marked. */
function digests({ expected, received }: Diagnosis): string {
  const lines = [
    ...(expected === undefined ? [] : [`Expected  ${visible(expected)}`]),
    ...(received === undefined ? [] : [`Received  ${visible(received)}`]),
  ]
  if (expected === undefined || received === undefined || expected === received) return lines.join('\n')
  let same = 0
  while (same < expected.length && expected[same] === received[same]) same++
  return [...lines, `${' '.repeat(10 + visible(received.slice(0, same)).length)}^ the first difference`].join('\n')
}
