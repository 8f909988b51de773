/** Exactly the bytes that the scheme signs, with everything in them made visible. */
import { bytes as size, count } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { fromBase64 } from './charset.ts'
import { signedLines } from './signed-lines.ts'

interface SignedContentProps {
  readonly signedBase64: string
  /** Of all that is signed, in bytes, where only its beginning is here. */
  readonly signedSize: number | undefined
}

export function SignedContent({ signedBase64, signedSize }: SignedContentProps) {
  const bytes = fromBase64(signedBase64)
  const lines = signedLines(bytes)
  const whole = signedSize ?? bytes.length
  const isCut = whole > bytes.length
  return (
    <section>
      <div class="verdict-row">
        <h3>What is signed</h3>
        <p class="muted">
          {isCut ? `the first ${size(bytes.length)} of ${size(whole)}` : `${count(bytes.length)} bytes`}, line ends and
          controls made visible
        </p>
        <CopyButton
          look="quiet"
          caption="Copy"
          label={isCut ? 'Copy what is shown of what is signed' : 'Copy what is signed'}
          text={() => new TextDecoder().decode(bytes)}
        />
      </div>
      <div class="signed-box">
        <CodeLines
          label="What is signed"
          count={lines.length}
          at={(index) => lines[index]}
          whole={lines.length <= 500}
        />
      </div>
    </section>
  )
}
