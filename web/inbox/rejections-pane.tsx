/** "Never became a capture": what reached the capture listener and was refused, because it explains a webhook that never arrives. */
import { useEffect } from 'preact/hooks'
import type { Rejection } from '../../shared/capture.ts'
import { moment, exact, plural } from '../format.ts'
import { Empty } from '../ui/empty.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import type { World } from '../world.ts'
import './rejections-pane.css'

const REASONS: Record<Rejection['reason'], { title: string; remedy: string }> = {
  unknown_endpoint: {
    title: 'No endpoint of that name',
    remedy: 'Compare the path with the capture URL, or create an endpoint with this id or alias.',
  },
  too_large: { title: 'Too large', remedy: 'Raise --max-body if you want requests of this size.' },
  parse: {
    title: 'Not readable as HTTP',
    remedy:
      'The sender, or something between, does not speak HTTP correctly. A TLS client on a plain port looks like this too.',
  },
  aborted: {
    title: 'Cut off before the end',
    remedy:
      'The sender or a proxy closed the connection in the middle of the request. Its own timeout is the usual cause.',
  },
  storage: {
    title: 'Could not be kept',
    remedy: 'The store did not accept it. Look at the disk and at the log of the process.',
  },
}

export function RejectionsPane({ world }: { world: World }) {
  const { rejections } = world
  useEffect(() => {
    void rejections.load().then(rejections.seen)
    return () => rejections.seen()
  }, [rejections])
  const all = rejections.all.value
  const now = world.clock.now.value
  return (
    <div class="page-scroll">
      <div class="page-column rejections-pane">
        <h2>Never became a capture</h2>
        <p class="muted">
          These reached the capture listener and were refused. If a webhook never arrives, the reason may stand here; if
          it does not, the request never reached this machine.
        </p>
        {rejections.failure.value === undefined ? null : <p class="field-error">{rejections.failure.value}</p>}
        {all?.length === 0 ? <Empty icon="check" title="Nothing was rejected" /> : null}
        {all === undefined || all.length === 0 ? null : (
          <>
            <p class="muted">{plural(all.length, 'request')}, newest first</p>
            <ul>
              {all.map((rejection) => (
                <Item key={rejection.id} rejection={rejection} now={now} />
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}

function Item({ rejection, now }: { rejection: Rejection; now: number }) {
  const { title, remedy } = REASONS[rejection.reason]
  const head = atob(rejection.headBase64)
  return (
    <li class="rejection">
      <p class="rejection-line">
        <strong>{title}</strong>
        <span class="status" data-kind="failed">
          {rejection.status === 0 ? 'no answer' : rejection.status}
        </span>
        <span class="muted">{rejection.remoteAddress}</span>
        <time class="muted" dateTime={new Date(rejection.at).toISOString()} title={exact(rejection.at)}>
          {moment(rejection.at, now)}
        </time>
      </p>
      {rejection.detail === undefined ? null : (
        <p>
          <VisibleText text={rejection.detail} />
        </p>
      )}
      <p class="muted">{remedy}</p>
      {head === '' ? null : (
        <details>
          <summary>What arrived</summary>
          <pre>
            <VisibleText text={head.replaceAll('\r\n', '\n')} keep={'\n\t'} />
          </pre>
        </details>
      )}
    </li>
  )
}
