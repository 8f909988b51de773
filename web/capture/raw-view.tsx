/** The request as it stood on the wire. */
import { useEffect, useState } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import { type Api, sentence } from '../api.ts'
import { bytes } from '../format.ts'
import { Bar } from '../ui/bar.tsx'
import { CodeLines } from '../ui/code-lines.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Icon } from '../ui/icon.tsx'
import { textRows } from './body-lines.ts'
import { decode, looksLikeText } from './charset.ts'
import { headerLines } from './header-table.tsx'
import { saveFile } from './save-file.ts'
import './raw-view.css'

/** Bytes of the body shown behind the head. The whole of it is in the download and in the Body tab. */
const SHOWN_BYTES = 64 * 1024

interface RawViewProps {
  readonly capture: Capture
  readonly api: Pick<Api, 'body' | 'wholeBody'>
  readonly onFailure: (error: unknown) => void
}

export function RawView({ capture, api, onFailure }: RawViewProps) {
  const [start, setStart] = useState<Uint8Array | { failed: string } | undefined>(undefined)
  const { id, bodySize } = capture
  useEffect(() => {
    let left = false
    api.body(id, 0, Math.min(bodySize, SHOWN_BYTES)).then(
      (bytes) => left || setStart(bytes),
      (error) => left || setStart({ failed: sentence(error) }),
    )
    return () => {
      left = true
    }
  }, [api, id, bodySize])

  const head = headOf(capture)
  const body = start instanceof Uint8Array ? start : undefined
  const isText = body !== undefined && looksLikeText(body)
  const rows = textRows(
    head.replaceAll('\r\n', '\n') + (isText && body !== undefined ? decode(body, 'utf-8').text : ''),
  )
  const at = (index: number) => {
    const row = rows[index]
    return row && { number: row.number, parts: [{ text: row.text }] }
  }
  const download = async () => {
    try {
      saveFile(new Blob([latin1(head), await api.wholeBody(id), latin1(tailOf(capture))]), `hookwell-${id}.http`)
    } catch (error) {
      onFailure(error)
    }
  }
  return (
    <div class="raw-view">
      <Bar note={noteOf(capture)}>
        <CopyButton look="quiet" caption="Copy head" label="Copy request line and headers" text={head} />
        <button type="button" data-look="quiet" onClick={download}>
          <Icon name="download" />
          Download .http
        </button>
      </Bar>
      <CodeLines label="The request as it came" count={rows.length} at={at} whole={rows.length < 1000} />
      {start !== undefined && 'failed' in start ? <p class="raw-note field-error">{start.failed}</p> : null}
      {body !== undefined && !isText && bodySize > 0 ? (
        <p class="raw-note muted">The body is not text: {bytes(bodySize)}, shown in the Body tab.</p>
      ) : null}
      {isText && bodySize > SHOWN_BYTES ? (
        <p class="raw-note muted">
          The first {bytes(SHOWN_BYTES)} of {bytes(bodySize)}.
        </p>
      ) : null}
    </div>
  )
}

function headOf(capture: Capture): string {
  const lines = headerLines(capture.headers).replaceAll('\n', '\r\n')
  return `${capture.method} ${capture.target} HTTP/${capture.httpVersion}\r\n${lines}\r\n\r\n`
}

function tailOf(capture: Capture): string {
  return capture.trailers.length === 0 ? '' : `\r\n${headerLines(capture.trailers).replaceAll('\n', '\r\n')}\r\n`
}

function noteOf(capture: Capture): string {
  const isChunked = capture.headers.some(
    ([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value),
  )
  return isChunked ? 'As it came; the chunks it was sent in are joined' : 'As it came'
}

/** One byte per character, as header values are kept. */
function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}
