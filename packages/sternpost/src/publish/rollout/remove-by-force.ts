import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { Store } from '../../store/index.ts'
import { PublishStore } from '../domains/publish-store.ts'
import { PublicationStore } from './publication-store.ts'
import type { RolloutOrder } from './rollout-control.ts'
import { RolloutStore } from './rollout-store.ts'

/**
 * Takes a domain out at once, without the safe way; who did it and why stays in the history of its roll-out.
 *
 * Errors: `NotDurableError`, with nothing done.
 * Effects: one transaction; a publication that runs is abandoned.
 */
export async function removeByForce(
  store: Store,
  clock: Clock,
  domain: DomainName,
  { by, reason }: RolloutOrder,
): Promise<void> {
  const publish = new PublishStore(store, clock)
  const publications = new PublicationStore(store, clock)
  const event = { kind: 'removed', at: clock.now(), by, reason } as const
  await new RolloutStore(store, clock).move(domain, event, async db => {
    await publications.abandonWith(db, domain)
    await publish.removeWith(db, domain)
    await db
      .updateTable('rollouts')
      .set({ alarm: null, alarm_since: null })
      .where('domain', '=', domain)
      .execute()
  })
  publish.changed(domain)
}
