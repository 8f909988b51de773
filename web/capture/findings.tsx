/** What checking a signature found: likely causes, both digests side by side, and the bytes that are signed. */
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { count } from '../format.ts'
import { CodeLines } from '../ui/code-lines.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { fromBase64 } from './charset.ts'
import { firstDifference, signedLines } from './signed-lines.ts'

export function Findings({ diagnosis }: { diagnosis: Diagnosis }) {
  const { causes, expected, received, signedBase64 } = diagnosis
  return (
    <>
      {causes.length === 0 ? null : (
        <section class="verdict-causes">
          <h3>Likely why</h3>
          <ol>
            {causes.map((cause) => (
              <li key={cause.id}>
                <p class="cause-title">{cause.title}</p>
                <p>
                  <VisibleText text={cause.detail} />
                </p>
                {cause.evidence === '' ? null : (
                  <p class="mono">
                    <VisibleText text={cause.evidence} />
                  </p>
                )}
                {cause.remedy === '' ? null : (
                  <p>
                    <strong>What to do:</strong> <VisibleText text={cause.remedy} />
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
      {expected === undefined && received === undefined ? null : <Digests expected={expected} received={received} />}
      {signedBase64 === undefined ? null : <Signed signedBase64={signedBase64} />}
    </>
  )
}

function Digests({ expected, received }: { expected: string | undefined; received: string | undefined }) {
  const at = expected === undefined || received === undefined ? -1 : firstDifference(expected, received)
  return (
    <section>
      <h3>
        {at < 0 && expected !== undefined && received !== undefined
          ? 'Expected and received agree'
          : 'Expected and received'}
      </h3>
      <dl class="digests">
        <Digest name="Expected" value={expected} mark={at} />
        <Digest name="Received" value={received} mark={at} />
      </dl>
      {at < 0 ? null : <p class="muted">They differ from character {at + 1} on.</p>}
    </section>
  )
}

function Digest({ name, value, mark }: { name: string; value: string | undefined; mark: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono">
        {value === undefined ? (
          <span class="muted">nothing</span>
        ) : mark < 0 ? (
          <VisibleText text={value} />
        ) : (
          <>
            <VisibleText text={value.slice(0, mark)} />
            <mark>{mark < value.length ? <VisibleText text={value.charAt(mark)} /> : '∅'}</mark>
            <VisibleText text={value.slice(mark + 1)} />
          </>
        )}
      </dd>
    </>
  )
}

function Signed({ signedBase64 }: { signedBase64: string }) {
  const bytes = fromBase64(signedBase64)
  const lines = signedLines(bytes)
  return (
    <section>
      <div class="verdict-row">
        <h3>What is signed</h3>
        <p class="muted">{count(bytes.length)} bytes, line ends and controls made visible</p>
        <CopyButton
          look="quiet"
          caption="Copy"
          label="Copy what is signed"
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
