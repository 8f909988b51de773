/** What kind of body this is: its text, its charset, whether it is JSON or a form, and how it is best shown at first. */
import type { Capture } from '../../shared/capture.ts'
import type { BodyForm } from '../route.ts'
import { charsetOf, decode, looksLikeText } from './charset.ts'
import { prettyJson } from './pretty-json.ts'
import { queryPairs } from './query-pairs.ts'

export interface Facts {
  readonly text: string
  readonly charset: string
  readonly damaged: boolean
  readonly pretty: ReturnType<typeof prettyJson> | undefined
  readonly form: ReturnType<typeof queryPairs> | undefined
  readonly usual: BodyForm
}

const understood = new WeakMap<Uint8Array, Facts>()

/** What kind of body this is. Worked out once for the same bytes, however often the page is drawn. */
export function understand(whole: Uint8Array, { contentType, headers }: Capture): Facts {
  const known = understood.get(whole)
  if (known !== undefined) return known
  const charset = charsetOf(contentType)
  const { text, damaged } = decode(whole, charset)
  const claimsJson = /json/i.test(contentType ?? '')
  const isCoded = codingOf(headers) !== undefined
  // What is compressed is judged by nobody before it is unpacked.
  const pretty = isCoded ? undefined : claimsJson || /^[\ufeff\s]*[[{]/.test(text) ? prettyJson(text) : undefined
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType ?? '')
  const form = isForm ? queryPairs(text) : undefined
  const usual: BodyForm =
    isCoded || !looksLikeText(whole) ? 'hex' : pretty?.ok === true ? 'pretty' : form !== undefined ? 'form' : 'text'
  const facts = { text, charset, damaged, pretty: isJsonAt(pretty, claimsJson), form, usual }
  understood.set(whole, facts)
  return facts
}

/** A text that only looks like JSON from its first character and does not claim to be it is not called wrong. */
function isJsonAt(pretty: Facts['pretty'], claimsJson: boolean): Facts['pretty'] {
  return pretty?.ok === true || claimsJson ? pretty : undefined
}

export function codingOf(headers: Capture['headers']): string | undefined {
  const value = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
  return value === undefined || /^\s*identity\s*$/i.test(value) ? undefined : value
}
