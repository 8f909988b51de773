/** A request as it stood on the wire, from a file: request line, headers, an empty line, the body. */
import { AppError } from '../../shared/errors.ts'

export interface RawRequest {
  readonly method: string
  readonly target: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: Buffer
}

/**
 * Line breaks may be CRLF or LF, since editors change them; the body is left as it is.
 * @param note is told where the length of the body is not what the headers say
 * @throws AppError `invalid_input`
 */
export function rawRequest(bytes: Buffer, note: (sentence: string) => void): RawRequest {
  const { head, rest } = split(bytes)
  const [first = '', ...fields] = head.split(/\r?\n/)
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(first)
  if (match === null) throw refused('its first line is not a request line such as “POST /hook HTTP/1.1”')
  const headers = fields.flatMap((line) => {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/.exec(line)
    if (field === null) throw refused('a line of its head is not “Name: value”')
    return [field[1] ?? '', withoutBlanks(field[2] ?? '')]
  })
  return { method: match[1] ?? '', target: match[2] ?? '', headers, body: bodyOf(headers, rest, note) }
}

/** Blanks at the end only: `trimEnd` would also take bytes above 0x7F for blanks. */
const withoutBlanks = (text: string): string => text.replace(/[ \t]+$/, '')

function split(bytes: Buffer): { head: string; rest: Buffer } {
  const ends = ['\r\n\r\n', '\n\n'].flatMap((mark) => {
    const at = bytes.indexOf(mark, 0, 'latin1')
    return at < 0 ? [] : [{ at, length: mark.length }]
  })
  const end = ends.toSorted((a, b) => a.at - b.at)[0]
  if (end === undefined) return { head: bytes.toString('latin1').replace(/\r?\n$/, ''), rest: Buffer.alloc(0) }
  return { head: bytes.toString('latin1', 0, end.at), rest: bytes.subarray(end.at + end.length) }
}

function bodyOf(headers: readonly string[], rest: Buffer, note: (sentence: string) => void): Buffer {
  const value = (name: string): string | undefined =>
    headers.find((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name)
  if (/\bchunked$/i.test(value('transfer-encoding') ?? '')) return withoutChunks(rest)
  const length = value('content-length')
  if (length === undefined || !/^\d+$/.test(length) || Number(length) === rest.length) return rest
  if (rest.length > Number(length)) {
    note(`The file goes on after the ${length} bytes that Content-Length names; what follows is not part of the body.`)
    return rest.subarray(0, Number(length))
  }
  note(`Content-Length names ${length} bytes, but only ${rest.length} are there.`)
  return rest
}

/** RFC 9112 §7.1. What is signed is the body without the sizes between its pieces. */
function withoutChunks(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at, 'latin1')
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(end < 0 ? '' : bytes.toString('latin1', at, end))?.[1]
    if (size === undefined) throw refused('its body is said to come in chunks, but is not')
    const from = end + 2
    const length = Number.parseInt(size, 16)
    if (length === 0) return Buffer.concat(pieces)
    if (from + length + 2 > bytes.length) throw refused('a chunk of its body is cut off')
    pieces.push(bytes.subarray(from, from + length))
    at = from + length + 2
  }
}

const refused = (why: string): AppError => new AppError('invalid_input', `--request cannot be read: ${why}.`)
