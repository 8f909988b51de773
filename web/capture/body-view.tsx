/** The body: laid out, as it came, or byte by byte. Every view says when it is not the bytes themselves. */
import { useEffect, useMemo } from 'preact/hooks'
import type { Capture } from '../../shared/capture.ts'
import type { Api } from '../api.ts'
import { bytes as sizeOf } from '../format.ts'
import type { BodyForm } from '../route.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Empty } from '../ui/empty.tsx'
import { Icon } from '../ui/icon.tsx'
import { type Body, TEXT_BYTES, WHOLE_BYTES } from './body.ts'
import { HEX_ROW, hexLine, jsonParts, textRows } from './body-lines.ts'
import { type Facts, understand } from './body-facts.ts'
import { BodyNotes } from './body-notes.tsx'
import { HexWindows, LargeText } from './body-windows.tsx'
import { charsetOf } from './charset.ts'
import { PairTable } from './pair-table.tsx'
import { saveFile } from './save-file.ts'
import './body-view.css'

interface BodyViewProps {
  readonly capture: Capture
  readonly form: BodyForm | undefined
  readonly body: Body
  readonly api: Pick<Api, 'wholeBody'>
  readonly onForm: (form: BodyForm) => void
  readonly onFailure: (error: unknown) => void
}

const NAMES: Record<BodyForm, string> = { pretty: 'Pretty', form: 'Form', text: 'Text', hex: 'Hex' }

/** Characters and lines up to which a text stands in the page whole, wraps, and can be searched with the browser. */
const WHOLE_CHARACTERS = 100_000
const WHOLE_ROWS = 2000

export function BodyView({ capture, body, form, api, onForm, onFailure }: BodyViewProps) {
  const { id, bodySize } = capture
  useEffect(() => void body.loadWhole(), [body])

  if (bodySize === 0) {
    return (
      <Empty icon="inbox" title="No body">
        <p>This request came with an empty body.</p>
      </Empty>
    )
  }
  const whole = body.whole.value
  const isLarge = bodySize > WHOLE_BYTES
  const facts = whole === undefined ? undefined : understand(whole, capture)
  const forms: BodyForm[] = isLarge
    ? bodySize > TEXT_BYTES
      ? ['hex']
      : ['text', 'hex']
    : [
        ...(facts?.pretty?.ok === true ? ['pretty' as const] : []),
        ...(facts?.form === undefined ? [] : ['form' as const]),
        'text',
        'hex',
      ]
  const usual = isLarge ? (forms[0] ?? 'hex') : (facts?.usual ?? 'text')
  const shown = form !== undefined && forms.includes(form) ? form : usual

  const download = async () => {
    try {
      saveFile(await api.wholeBody(id), `hookwell-${id}.bin`)
    } catch (error) {
      onFailure(error)
    }
  }
  return (
    <div class="body-view">
      <div class="body-bar">
        <fieldset class="body-forms">
          <legend class="visually-hidden">Show the body as</legend>
          {forms.map((name) => (
            <button key={name} type="button" aria-pressed={name === shown} onClick={() => onForm(name)}>
              {NAMES[name]}
            </button>
          ))}
        </fieldset>
        <p class="body-facts">
          <span>{capture.contentType ?? 'no content type'}</span>
          <span>{sizeOf(bodySize)}</span>
        </p>
        <div class="body-actions">
          {facts === undefined ? null : (
            <CopyButton look="quiet" caption="Copy" label="Copy the body as text" text={facts.text} />
          )}
          <button type="button" data-look="quiet" onClick={download} title="The exact bytes">
            <Icon name="download" />
            Download
          </button>
        </div>
      </div>
      <BodyNotes capture={capture} facts={facts} shown={shown} isLarge={isLarge} />
      {body.failure.value === undefined ? null : (
        <p class="body-note" data-tone="danger">
          {body.failure.value}
        </p>
      )}
      {isLarge ? (
        shown === 'hex' ? (
          <HexWindows body={body} />
        ) : (
          <LargeText body={body} charset={charsetOf(capture.contentType)} />
        )
      ) : whole === undefined || facts === undefined ? (
        <div class="body-waiting" aria-busy="true" />
      ) : (
        <Small whole={whole} facts={facts} shown={shown} />
      )}
    </div>
  )
}

function Small({ whole, facts, shown }: { whole: Uint8Array; facts: Facts; shown: BodyForm }) {
  if (shown === 'form' && facts.form !== undefined) return <PairTable pairs={facts.form} label="Form fields" />
  if (shown === 'hex') {
    const rows = Math.ceil(whole.length / HEX_ROW)
    const at = (index: number) => hexLine(whole.subarray(index * HEX_ROW, (index + 1) * HEX_ROW), index * HEX_ROW)
    return <CodeLines label="Body as bytes" count={rows} at={at} />
  }
  const isPretty = shown === 'pretty' && facts.pretty?.ok === true
  const text = isPretty && facts.pretty?.ok === true ? facts.pretty.text : facts.text
  return (
    <TextLines text={text} isJson={isPretty || facts.pretty?.ok === true} wrong={isPretty ? undefined : facts.pretty} />
  )
}

function TextLines({ text, isJson, wrong }: { text: string; isJson: boolean; wrong: Facts['pretty'] }) {
  const rows = useMemo(() => textRows(text), [text])
  const at = (index: number) => {
    const row = rows[index]
    if (row === undefined) return undefined
    if (wrong?.ok === false && row.number === String(wrong.line))
      return { number: row.number, parts: marked(row.text, wrong.column - 1) }
    return { number: row.number, parts: isJson ? jsonParts(row.text) : [{ text: row.text }] }
  }
  const whole = text.length <= WHOLE_CHARACTERS && rows.length <= WHOLE_ROWS
  return <CodeLines label="Body as text" count={rows.length} at={at} whole={whole} />
}

/** The character at which a text stops being JSON, marked. */
function marked(text: string, column: number) {
  const end = '\u2190 here'
  return column >= text.length
    ? [{ text }, { text: end, kind: 'mark' as const }]
    : [
        { text: text.slice(0, column) },
        { text: text.slice(column, column + 1), kind: 'mark' as const },
        { text: text.slice(column + 1) },
      ]
}
