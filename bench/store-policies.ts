import { parseDomainName, parseMtaStsPolicy } from '@sternpost/protocol'
import { createSteadyClock } from '../packages/sternpost/src/base/index.ts'
import { PolicyStore } from '../packages/sternpost/src/outbound/index.ts'
import { Store } from '../packages/sternpost/src/store/index.ts'
import { domainName, POLICY_ID, policyText } from './domains.ts'

const HOUR_MS = 3_600_000

/**
 * Lays a state folder that holds the policies of so many `sts` domains, by the program's own store: fetched
 * within the last twelve hours, to be looked at within the next day.
 */
export async function storePolicies(stateFolder: string, count: number): Promise<void> {
  const clock = createSteadyClock()
  const store = new Store({
    dataDir: stateFolder,
    clock,
    onNotice: notice => {
      throw new Error(`the database for the benchmark could not be laid: ${JSON.stringify(notice)}`)
    },
  })
  await store.open()
  const policies = new PolicyStore(store, clock)
  for (let index = 0; index < count; index += 1) {
    const name = parseDomainName(domainName('sts', index))
    if (!name.ok) throw new Error(`no domain name: ${domainName('sts', index)}`)
    const text = policyText(name.value)
    const parsed = parseMtaStsPolicy(text)
    if (!parsed.ok) throw new Error('the policy of the benchmark is none')
    const share = index / count
    const fetchedAt = Math.round(clock.now() - share * 12 * HOUR_MS)
    policies.note({
      policyDomain: name.value,
      policyId: POLICY_ID,
      document: { text, value: parsed.value, fetchedAt },
      expiresAt: fetchedAt + parsed.value.maxAgeSeconds * 1000,
      lastUsedAt: clock.now(),
      nextCheckAt: Math.round(clock.now() + HOUR_MS + share * 23 * HOUR_MS),
    })
  }
  await policies.close()
  await store.close()
}
