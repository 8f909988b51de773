/** Bytes to text, by the charset the sender named; UTF-8 where it named none or one that nobody knows. */

interface Decoded {
  readonly text: string
  readonly charset: string
  /** Whether some bytes meant nothing in this charset and were replaced for showing. */
  readonly damaged: boolean
}

export function charsetOf(contentType: string | undefined): string {
  const named = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1]
  if (named === undefined) return 'utf-8'
  try {
    return new TextDecoder(named).encoding
  } catch {
    return 'utf-8'
  }
}

export function decode(bytes: Uint8Array, charset: string): Decoded {
  try {
    return { text: new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes), charset, damaged: false }
  } catch {
    return { text: new TextDecoder(charset, { ignoreBOM: true }).decode(bytes), charset, damaged: true }
  }
}

/** Whether this is meant to be read: no zero bytes near its beginning, and few that no text has. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096)
  let odd = 0
  for (const byte of head) {
    if (byte === 0) return false
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd += 1
  }
  return odd <= head.length / 50
}

/** A header value has one character per byte. Where those bytes are UTF-8 beyond ASCII, this is what they say. */
export function utf8Reading(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole ASCII range is meant
  if (/^[\u0000-\u007f]*$/.test(value)) return undefined
  try {
    const bytes = Uint8Array.from(value, (char) => char.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Base64 as the API sends bytes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
