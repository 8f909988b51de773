/** What the signature should have been and what came, under each other in groups, so that the eye can follow. */
import { VisibleText } from '../ui/visible-text.tsx'
import { digestGroups, firstDifference, nameLength, receivedValues } from './difference.ts'

interface DigestsProps {
  readonly expected: string | undefined
  readonly received: string | undefined
}

export function Digests({ expected, received }: DigestsProps) {
  const values = received === undefined ? [] : receivedValues(received, expected)
  const marks = values.map((value) => (expected === undefined ? -1 : firstDifference(expected, value)))
  const isSame = expected !== undefined && marks.includes(-1)
  // What came is held against what was expected; of several that came, the one that is nearest speaks for both.
  const at = isSame || marks.length === 0 ? -1 : Math.max(...marks)
  const named = nameLength(expected ?? '')
  const alike = at >= named ? at - named : at
  return (
    <section>
      <h3>{isSame ? 'Expected and received agree' : 'Expected and received'}</h3>
      <dl class="digests">
        <dt>Expected</dt>
        <dd class="mono">
          {expected === undefined ? <span class="muted">not worked out</span> : <Digest value={expected} at={at} />}
        </dd>
        <dt>Received</dt>
        <dd class="mono">
          {values.length === 0 ? (
            <span class="muted">nothing</span>
          ) : (
            values.map((value, index) => (
              <Digest key={String(index)} value={value} at={isSame ? -1 : (marks[index] ?? -1)} />
            ))
          )}
        </dd>
      </dl>
      {at < 0 ? null : (
        <p class="muted">
          {alike === 0
            ? 'They differ from the first character on'
            : `Their first ${alike === 1 ? 'character agrees' : `${alike} characters agree`}, then they differ`}
          . One changed byte or another secret changes all of it, so how much of it differs says nothing.
        </p>
      )}
    </section>
  )
}

function Digest({ value, at }: { value: string; at: number }) {
  return (
    <span class="digest" data-same={at < 0}>
      {digestGroups(value, at).map((group, index) => (
        <span class="digest-group" key={String(index)}>
          <span class="digest-same">
            <VisibleText text={group.same} />
          </span>
          {group.mark === undefined ? null : <mark>{group.mark === '' ? '∅' : <VisibleText text={group.mark} />}</mark>}
          <VisibleText text={group.rest} />
        </span>
      ))}
    </span>
  )
}
