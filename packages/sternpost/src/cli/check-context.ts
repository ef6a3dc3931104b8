import { existsSync } from 'node:fs'
import type { DomainName } from '@sternpost/protocol'
import type { AssessmentContext } from '../check/index.ts'
import type { Config } from '../config/index.ts'

/** What the database of the daemon adds to a check: policies fetched for outbound mail, and TLS reports. */
export interface CheckContexts {
  of(domain: DomainName): Promise<AssessmentContext>
  close(): Promise<void>
}

/** Opens the database to read, where there is one; without one every context is empty. */
export async function openCheckContexts(config: Config, now: number): Promise<CheckContexts> {
  const [{ createSteadyClock }, { checkContextOf }, { PolicyStore }, { Store }] = await Promise.all([
    import('../base/index.ts'),
    import('../daemon/index.ts'),
    import('../outbound/index.ts'),
    import('../store/index.ts'),
  ])
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, readOnly: true, onNotice: () => {} })
  if (!existsSync(store.file)) return { of: async () => ({}), close: async () => {} }
  await store.open()
  const policies = new PolicyStore(store, clock)
  return {
    of: domain => checkContextOf(domain, store, policies, now),
    close: () => store.close(),
  }
}
