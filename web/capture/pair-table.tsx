/** Names and values as they were sent and as they read: a query, a form. */
import { Empty } from '../ui/empty.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { type QueryPair, queryOf, queryPairs } from './query-pairs.ts'
import { CopyButton } from '../ui/copy.tsx'
import './pair-table.css'

export function PairTable({ pairs, label }: { pairs: readonly QueryPair[]; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="pair-scroll" aria-label={label} tabIndex={0}>
      <table class="pair-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair, index) => (
            <tr key={String(index)}>
              <th scope="row">
                <VisibleText text={pair.name} />
              </th>
              <td>
                {pair.value === undefined ? <span class="muted">no value</span> : <VisibleText text={pair.value} />}
                {pair.value === '' ? <span class="muted">empty</span> : null}
                {pair.broken ? <span class="muted"> (not decoded: the percent encoding is broken)</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function QueryView({ target }: { target: string }) {
  const query = queryOf(target)
  if (query === undefined || query === '') {
    return (
      <Empty icon="inbox" title="No query">
        <p>{query === undefined ? 'The target has no question mark.' : 'Nothing follows the question mark.'}</p>
      </Empty>
    )
  }
  return (
    <div class="query-view">
      <div class="query-raw">
        <code>
          <VisibleText text={query} />
        </code>
        <CopyButton look="icon" label="Copy the raw query" text={query} />
      </div>
      <PairTable pairs={queryPairs(query)} label="Query parameters" />
    </div>
  )
}
