/** The body that arrived and the one that was signed, from a little before the first byte in which they differ. */
import type { BodyDifference } from '../../shared/diagnosis.ts'
import { count, plural } from '../format.ts'
import { VisibleText } from '../ui/visible-text.tsx'
import { type Excerpt, excerpts } from './difference.ts'

export function BodyDifferenceView({ difference }: { difference: BodyDifference }) {
  const { captured, signed, inHex } = excerpts(difference)
  return (
    <div class="body-difference">
      <p class="muted">
        {difference.at === 0
          ? 'They differ from the first byte on'
          : `Their first ${difference.at === 1 ? 'byte agrees' : `${count(difference.at)} bytes agree`}, then they differ`}
        {inHex ? ', shown as hex bytes' : ''}.
      </p>
      <Side name="Arrived" size={difference.capturedSize} excerpt={captured} />
      <Side name="Signed" size={difference.signedSize} excerpt={signed} />
    </div>
  )
}

function Side({ name, size, excerpt }: { name: string; size: number; excerpt: Excerpt }) {
  const { skipped, before, mark, after, left } = excerpt
  return (
    <figure>
      <figcaption>
        {name} <span class="muted">{plural(size, 'byte')}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="excerpt" tabIndex={0} aria-label={`${name}: the body around the first difference`}>
        <pre>
          {skipped > 0 ? <span class="muted">… </span> : null}
          <span class="muted">
            <Lines text={before} />
          </span>
          <mark>
            {mark === '' ? '∅' : mark === ' ' ? <span title="U+0020 space">SP</span> : <VisibleText text={mark} />}
          </mark>
          {mark === '\n' ? '\n' : null}
          <Lines text={after} />
          {left > 0 ? <span class="muted"> … {plural(left, 'byte')} more</span> : null}
        </pre>
      </section>
    </figure>
  )
}

/** Line ends both as a mark and as the end of a line. */
function Lines({ text }: { text: string }) {
  const lines = text.split('\n')
  return (
    <>
      {lines.map((line, index) => (
        <span key={String(index)}>
          <VisibleText text={index < lines.length - 1 ? `${line}\n` : line} />
          {index < lines.length - 1 ? '\n' : null}
        </span>
      ))}
    </>
  )
}
