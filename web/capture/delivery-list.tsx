/** What was sent on to targets and what they answered, newest first, with the form to send again. */
import type { Delivery } from '../../shared/delivery.ts'
import { clockMs, count, exact, span } from '../format.ts'
import { Empty } from '../ui/empty.tsx'
import { Icon } from '../ui/icon.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { DeliveryResponse } from './delivery-response.tsx'
import { ReplayForm, type ReplayFormProps } from './replay-form.tsx'
import './delivery-list.css'

interface DeliveryListProps extends ReplayFormProps {
  readonly deliveries: readonly Delivery[]
  /** Whether older ones may be there. */
  readonly more: boolean
  readonly onMore: () => void
  /** Asks for all that is kept of one response body. */
  readonly onWhole: (id: string) => void
}

export function DeliveryList({ deliveries, more, onMore, onWhole, ...form }: DeliveryListProps) {
  return (
    <div class="delivery-list">
      <ReplayForm {...form} />
      {deliveries.length === 0 ? (
        <Empty icon="send" title="Not sent anywhere yet">
          <p>Replay sends exactly these bytes to the app you are building and shows its answer here.</p>
        </Empty>
      ) : (
        <ol class="deliveries" aria-label="Deliveries, newest first">
          {deliveries.map((delivery, index) => (
            <DeliveryItem key={delivery.id} delivery={delivery} open={index === 0} onWhole={onWhole} />
          ))}
        </ol>
      )}
      {more ? (
        <p class="delivery-more">
          <button type="button" data-look="quiet" onClick={onMore}>
            The newest {count(deliveries.length)} are shown. Show more
          </button>
        </p>
      ) : null}
    </div>
  )
}

interface DeliveryItemProps extends Pick<DeliveryListProps, 'onWhole'> {
  readonly delivery: Delivery
  readonly open: boolean
}

function DeliveryItem({ delivery, open, onWhole }: DeliveryItemProps) {
  const { outcome, request } = delivery
  return (
    <li>
      <details class="delivery" open={open}>
        <summary>
          <OutcomeBadge outcome={outcome} />
          <span class="delivery-target mono">
            {request.method} <VisibleText text={request.url} />
          </span>
          <span class="muted">{span(delivery.ms)}</span>
          <time class="muted" dateTime={new Date(delivery.startedAt).toISOString()} title={exact(delivery.startedAt)}>
            {clockMs(delivery.startedAt)}
          </time>
        </summary>
        <div class="delivery-detail">
          <p class="delivery-same" data-identical={request.identical}>
            <Icon name={request.identical ? 'check' : 'warning'} />
            {request.identical
              ? 'Byte for byte as captured, except for Host, target and framing'
              : 'Sent with these differences from what was captured'}
          </p>
          {request.changed.length === 0 ? null : (
            <ul class="delivery-changes">
              {request.changed.map((change) => (
                <li key={change}>
                  <VisibleText text={change} />
                </li>
              ))}
            </ul>
          )}
          {'error' in outcome ? (
            <p class="delivery-error">
              <VisibleText text={outcome.error.detail} />
            </p>
          ) : (
            <DeliveryResponse outcome={outcome} onWhole={() => onWhole(delivery.id)} />
          )}
        </div>
      </details>
    </li>
  )
}

function OutcomeBadge({ outcome }: Pick<Delivery, 'outcome'>) {
  if ('error' in outcome) {
    return (
      <span class="status" data-kind="failed">
        failed
      </span>
    )
  }
  const kind = outcome.status < 300 ? 'ok' : outcome.status < 400 ? 'odd' : 'failed'
  return (
    <span class="status" data-kind={kind}>
      {outcome.status}
    </span>
  )
}
