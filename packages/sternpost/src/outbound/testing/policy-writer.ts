// Writes policies into a state folder through the program's own store, for tests and benchmarks that need many, or
// that kill the writer in the middle.
// Run: policy-writer.ts DATA_DIR save PREFIX COUNT EXPIRES_IN_SECONDS CHECK_IN_SECONDS  one transaction
//      policy-writer.ts DATA_DIR forever PREFIX    one after the other, each named on stdout once acknowledged
//      policy-writer.ts DATA_DIR list              the policy domains stored
import { writeSync } from 'node:fs'
import { type DomainName, parseMtaStsPolicy } from '@sternpost/protocol'
import { createSteadyClock } from '../../base/index.ts'
import { Store } from '../../store/index.ts'
import { PolicyStore } from '../policy-store.ts'
import type { StoredPolicy } from '../stored-policy.ts'

const [dataDir = '', job = '', prefix = '', count = '0', expiresIn = '604800', checkIn = '86400'] =
  process.argv.slice(2)
const clock = createSteadyClock()
const store = new Store({ dataDir, clock, onNotice: notice => writeSync(2, `${JSON.stringify(notice)}\n`) })
await store.open()
const policies = new PolicyStore(store, clock)

switch (job) {
  case 'save':
    for (let index = 0; index < Number(count); index += 1) policies.note(policyOf(`${prefix}${index}.test`))
    await policies.flush()
    if (policies.unsavedCount > 0) throw new Error('not everything was saved')
    break
  case 'forever':
    for (let index = 0; ; index += 1) {
      const burst = Array.from({ length: 1 + (index % 5) }, (_, part) =>
        policyOf(`${prefix}-${index}-${part}.test`),
      )
      await Promise.all(burst.map(policy => policies.save(policy)))
      if (policies.unsavedCount > 0) throw new Error('not everything was saved')
      writeSync(1, burst.map(({ policyDomain }) => `${policyDomain}\n`).join(''))
    }
  case 'list':
    for (const { policyDomain } of await policies.page({
      order: 'domain',
      descending: false,
      limit: 10_000_000,
    }))
      writeSync(1, `${policyDomain}\n`)
    break
  default:
    throw new Error(`unknown job ${job}`)
}
await store.close()

function policyOf(domain: string): StoredPolicy {
  const text = `version: STSv1\r\nmode: enforce\r\nmx: mx.${domain}\r\nmax_age: 604800\r\n`
  const parsed = parseMtaStsPolicy(text)
  if (!parsed.ok) throw new Error(parsed.issues[0].message)
  const now = clock.now()
  return {
    policyDomain: domain as DomainName,
    policyId: '1',
    document: { text, value: parsed.value, fetchedAt: now },
    expiresAt: now + Number(expiresIn) * 1000,
    lastUsedAt: now,
    nextCheckAt: now + Number(checkIn) * 1000,
  }
}
