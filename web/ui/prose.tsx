/** A sentence in which `what stands between backticks` is code. Nothing in it is hidden, since parts of it may be foreign. */
import { VisibleText } from './visible-text.tsx'

export function Prose({ text }: { text: string }) {
  const parts = text.split('`')
  // An odd one out is a backtick that means itself.
  if (parts.length % 2 === 0) return <VisibleText text={text} />
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          <VisibleText key={String(index)} text={part} />
        ) : (
          <code key={String(index)}>
            <VisibleText text={part} />
          </code>
        ),
      )}
    </>
  )
}
