import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../packages/sternpost/src/base/index.ts'
import { PublishStore } from '../packages/sternpost/src/publish/index.ts'
import { plainDomain } from '../packages/sternpost/src/publish/testing/index.ts'
import type { Store } from '../packages/sternpost/src/store/index.ts'

const BATCH = 1_000
const DAY_MS = 86_400_000

/**
 * Publishes domains in mode testing, with roll-outs as in the middle of a quiet day: new ones would all begin to publish
 * while something else is measured.
 */
export async function publishDomains(
  store: Store,
  clock: Clock,
  count: number,
  nameOf: (index: number) => string,
): Promise<void> {
  const publish = new PublishStore(store, clock)
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from)
    await publish.addServed(
      Array.from({ length: size }, (_, index) => {
        const domain = nameOf(from + index)
        const host = (label: string) => ({ wildcard: false, name: `${label}.${domain}` as DomainName })
        const mxHostPatterns = [host('mx1'), host('mx2')]
        return plainDomain(domain, { mode: 'testing', maxAgeSeconds: 604_800, mxHostPatterns })
      }),
    )
  }
  const now = clock.now()
  const isQuiet = await store.write(db =>
    db
      .insertInto('rollouts')
      .columns(['domain', 'stage', 'stage_since', 'is_exiting', 'settings', 'next_look_at', 'revision'])
      .expression(from =>
        from
          .selectFrom('published_domains')
          .select(row => [
            'domain',
            row.val('published').as('stage'),
            row.val(now).as('stage_since'),
            row.val(0).as('is_exiting'),
            row.val('{}').as('settings'),
            row.val(now + DAY_MS).as('next_look_at'),
            row.val(1).as('revision'),
          ]),
      )
      .execute(),
  )
  if (!isQuiet) throw new Error('the roll-outs could not be written')
}
