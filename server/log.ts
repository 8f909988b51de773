/** One line a fact, on stderr, so that stdout stays for what was asked for. Never a body, never a secret; controls are escaped. */

export type Log = (fact: string, more?: Record<string, string | number | boolean | undefined>) => void

/** Whatever could forge a line or move a cursor becomes `\u{…}`. */
const escapeControls = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => `\\u{${(c.codePointAt(0) as number).toString(16)}}`)

export const logToStderr: Log = (fact, more = {}) => {
  const rest = Object.entries(more).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${JSON.stringify(value)}`],
  )
  process.stderr.write(`${new Date().toISOString()} ${escapeControls([fact, ...rest].join(' '))}\n`)
}
