/** A body too large to be held whole, as far as it was fetched. */
import { useEffect, useMemo } from 'preact/hooks'
import { count } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import type { Body } from './body.ts'
import { HEX_ROW, hexLine } from './body-lines.ts'

export function HexWindows({ body }: { body: Body }) {
  const seen = body.revision.value
  const rows = Math.ceil(body.size / HEX_ROW)
  const at = (index: number) => {
    const bytes = seen < 0 ? undefined : body.peek(index * HEX_ROW, Math.min(body.size, (index + 1) * HEX_ROW))
    return bytes === undefined ? undefined : hexLine(bytes, index * HEX_ROW)
  }
  return (
    <CodeLines
      label={`Body as bytes, ${count(body.size)} bytes`}
      count={rows}
      at={at}
      onRange={(from, to) => body.need(from * HEX_ROW, Math.min(body.size, to * HEX_ROW))}
    />
  )
}

export function LargeText({ body, charset }: { body: Body; charset: string }) {
  useEffect(() => {
    void body.loadText()
  }, [body])
  const seen = body.revision.value
  const text = body.text()
  const decoder = useMemo(() => new TextDecoder(charset, { ignoreBOM: true }), [charset])
  const at = (index: number) => {
    const row = text?.index.row(index)
    if (text === undefined || row === undefined) return undefined
    const line = decoder.decode(text.bytes.subarray(row.start, row.end)).replace(/\n$/, '')
    return { number: row.line === 0 ? '' : String(row.line), parts: [{ text: line }] }
  }
  return (
    <>
      {text !== undefined && seen >= 0 && text.done < body.size ? (
        <progress class="body-progress" value={text.done} max={body.size} aria-label="Body read so far" />
      ) : null}
      <CodeLines label="Body as text" count={text?.index.count ?? 0} at={at} />
    </>
  )
}
