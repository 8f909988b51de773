/**
 * Lines of foreign text or bytes with numbers before them, drawn only where they can be seen.
 *
 * Short texts wrap and stand in the page whole, so that they can be selected and searched as usual; long ones scroll in rows of
 * equal height, because laying out megabytes of text would stop the page for seconds.
 */
import { useEffect } from 'preact/hooks'
import { useVirtual } from './use-virtual.ts'
import { VisibleText } from './visible-text.tsx'
import './code-lines.css'

export interface CodePart {
  readonly text: string
  readonly kind?: 'key' | 'string' | 'number' | 'literal' | 'mark' | 'muted'
}

export interface CodeLine {
  /** Shown before the line; empty where a long line goes on. */
  readonly number: string
  readonly parts: readonly CodePart[]
}

interface CodeLinesProps {
  readonly label: string
  readonly count: number
  /** Undefined where the line has not arrived yet. */
  readonly at: (index: number) => CodeLine | undefined
  readonly onRange?: (from: number, to: number) => void
  /** Whole and wrapping instead of windowed. Only for texts known to be short. */
  readonly whole?: boolean
}

/** Pixels; equal to the line height in the style sheet. */
const ROW_HEIGHT = 20

export function CodeLines(props: CodeLinesProps) {
  return props.whole === true ? <WholeLines {...props} /> : <WindowedLines {...props} />
}

function WholeLines({ label, count, at }: CodeLinesProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="code-lines" data-whole="true" aria-label={label} tabIndex={0}>
      {Array.from({ length: count }, (_, index) => (
        <Line key={String(index)} line={at(index)} />
      ))}
    </section>
  )
}

function WindowedLines({ label, count, at, onRange }: CodeLinesProps) {
  const view = useVirtual<HTMLElement>(count, ROW_HEIGHT)
  const { from, to } = view.slice
  useEffect(() => onRange?.(from, to), [onRange, from, to])
  return (
    <section
      ref={view.ref}
      class="code-lines"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={view.onScroll}
    >
      <div class="code-lines-space" style={{ height: `${view.height}px` }}>
        <div class="code-lines-rows" style={{ transform: `translateY(${view.topOf(from)}px)` }}>
          {Array.from({ length: Math.max(0, to - from) }, (_, offset) => (
            <Line key={String(from + offset)} line={at(from + offset)} />
          ))}
        </div>
      </div>
    </section>
  )
}

function Line({ line }: { line: CodeLine | undefined }) {
  if (line === undefined) return <div class="code-line" data-missing="true" />
  return (
    <div class="code-line">
      <span class="code-number" aria-hidden="true" data-number={line.number} />
      <span class="code-text">
        {line.parts.map((part, index) =>
          part.kind === undefined ? (
            <VisibleText key={String(index)} text={part.text} keep={'\t'} />
          ) : (
            <span key={String(index)} data-kind={part.kind}>
              <VisibleText text={part.text} keep={'\t'} />
            </span>
          ),
        )}
        {'\n'}
      </span>
    </div>
  )
}
