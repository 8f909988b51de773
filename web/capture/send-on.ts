/** Sending a capture on, by button and by key alike. */
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Destination } from '../preferences.ts'
import type { World } from '../world.ts'
import { appends } from './destination.ts'
import type { ReplayOptions } from './replay-form.tsx'

/** Replays and remembers the destination. What came back is shown among the deliveries; a refusal is told. */
export async function sendOn(
  world: World,
  endpoint: Endpoint,
  capture: Capture,
  destination: Destination,
  options: ReplayOptions,
): Promise<void> {
  await world.needSchemes() // they say whether the signature stands in the query
  const path = appends(destination, capture, endpoint, world.schemes.peek()) ? 'append' : 'exact'
  const replay: Replay = { target: destination.url, path, ...options }
  const delivery = await world.attempt(world.opened.replay(capture.id, replay))
  if (delivery === undefined) return // refused: not worth remembering
  world.preferences.setTarget(endpoint.id, destination)
  const { outcome } = delivery
  world.announcer.say('error' in outcome ? outcome.error.detail : `The target answered ${outcome.status}`)
}
