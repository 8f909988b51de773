/**
 * Foreign text with nothing hidden in it: control characters, direction overrides and zero-width characters are drawn as marks.
 *
 * Without this a payload could show `gpj.exe` as `exe.jpg`, or look equal to another that it is not.
 */
import './visible-text.css'

/** C0 and C1 controls, bidi controls, zero-width and other invisible format characters, lone surrogates, the line separators. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu

interface Piece {
  readonly text: string
  /** The name of the hidden character that `text` stands for; absent for text as it is. */
  readonly mark?: string
}

/** Splits text into what can be read and what would be hidden. @param keep characters drawn as they are, such as tab and newline in a block */
export function pieces(text: string, keep = ''): Piece[] {
  const found: Piece[] = []
  let done = 0
  for (const match of text.matchAll(HIDDEN)) {
    const char = match[0]
    if (keep.includes(char)) continue
    if (match.index > done) found.push({ text: text.slice(done, match.index) })
    found.push({ text: symbolOf(char), mark: nameOf(char) })
    done = match.index + char.length
  }
  if (done < text.length) found.push({ text: text.slice(done) })
  return found
}

export function VisibleText({ text, keep = '' }: { text: string; keep?: string }) {
  const parts = pieces(text, keep)
  if (parts.every((part) => part.mark === undefined)) return <>{text}</>
  return (
    <>
      {parts.map((part, index) =>
        part.mark === undefined ? (
          part.text
        ) : (
          <span class="hidden-character" key={index} title={part.mark}>
            {part.text}
          </span>
        ),
      )}
    </>
  )
}

/** The short names of ASCII; the rest is spelled by number. The pictures Unicode has for them are missing in many fonts. */
function symbolOf(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code === 0x7f) return 'DEL'
  return ASCII[code] ?? hex(code)
}

const ASCII =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'null'],
  [0x09, 'tab'],
  [0x0a, 'line feed'],
  [0x0d, 'carriage return'],
  [0x1b, 'escape'],
  [0x7f, 'delete'],
  [0xad, 'soft hyphen'],
  [0x200b, 'zero-width space'],
  [0x200c, 'zero-width non-joiner'],
  [0x200d, 'zero-width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'],
  [0x2069, 'pop directional isolate'],
  [0xfeff, 'byte order mark'],
])

function nameOf(char: string): string {
  const code = char.codePointAt(0) ?? 0
  const name = NAMES.get(code)
  return name === undefined ? hex(code) : `${hex(code)} ${name}`
}

function hex(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
