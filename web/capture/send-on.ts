/** Sending a capture on, by button and by key alike. */
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Destination } from '../preferences.ts'
import type { World } from '../world.ts'
import { appends } from './destination.ts'
import type { ReplayOptions } from './replay-options.tsx'
import { type Refusal, refusalOf, rowOf, signingFor } from './signing-choice.ts'

/**
 * Replays and remembers the destination. What came back is shown among the deliveries; a refusal is told.
 * @param onRefused takes what is wrong with the choice of signature, where that can be shown beside the choice
 */
export async function sendOn(
  world: World,
  endpoint: Endpoint,
  capture: Capture,
  destination: Destination,
  options: ReplayOptions,
  onRefused?: (refusal: Refusal) => void,
): Promise<void> {
  await world.needSchemes() // they say whether the signature stands in the query, and what signs
  const schemes = world.schemes.peek()
  const replay: Replay = {
    target: destination.url,
    path: appends(destination, capture, endpoint, schemes) ? 'append' : 'exact',
    ...signingFor(destination.signing, rowOf(endpoint, schemes)),
    ...options,
  }
  const sending = world.opened.replay(capture.id, replay)
  const refusal =
    onRefused === undefined
      ? undefined
      : await sending.then(
          () => undefined,
          (error: unknown) => refusalOf(error),
        )
  if (refusal !== undefined) {
    onRefused?.(refusal)
    return
  }
  const delivery = await world.attempt(sending)
  if (delivery === undefined) return // refused: not worth remembering
  world.preferences.setTarget(endpoint.id, destination)
  const { outcome } = delivery
  world.announcer.say('error' in outcome ? outcome.error.detail : `The target answered ${outcome.status}`)
}
