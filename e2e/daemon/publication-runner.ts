// Rolls a domain out as far as mode enforce, and is killed at the n-th moment of its publications.
// Run: publication-runner.ts JSON    see `RunnerOptions`; ends with 0 when the domain is enforced
import { createDnsClient, createPolicyFetcher } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import { createSteadyClock } from '../../packages/sternpost/src/base/index.ts'
import { createLogger } from '../../packages/sternpost/src/log/index.ts'
import { createRollout, executorName, type RecordHands } from '../../packages/sternpost/src/publish/index.ts'
import { Store } from '../../packages/sternpost/src/store/index.ts'

export interface RunnerOptions {
  readonly dataDir: string
  readonly domain: string
  readonly resolver: string
  readonly httpsPort: number
  readonly caPem: string
  /** Where the record is written: POST with the id as body. */
  readonly recorder: string
  /** The moment to be killed at; 0 for never. */
  readonly killAt: number
}

const options = JSON.parse(process.argv[2] ?? '') as RunnerOptions
const domain = options.domain as DomainName
const clock = createSteadyClock()
const store = new Store({ dataDir: options.dataDir, clock, onNotice: () => {} })
await store.open()
const dns = createDnsClient({ servers: [options.resolver], maxCachedAnswers: 0 })
const fetcher = createPolicyFetcher({
  dns,
  port: options.httpsPort,
  ca: [options.caPem],
  allowAddresses: ['127.0.0.0/8'],
})
const records: RecordHands = {
  ttlSeconds: 300,
  prepare: async () => ({ kind: 'written', note: 'the records are as wanted already' }),
  async write(_domain, policyId) {
    const response = await fetch(options.recorder, { method: 'POST', body: policyId ?? '' })
    return response.ok
      ? { kind: 'written', note: `the record has ${policyId}` }
      : { kind: 'failed', note: `the name server answers ${response.status}` }
  },
  async see(name, policyId) {
    const answer = await dns.lookup(`_mta-sts.${name}`, 'TXT', { fresh: true })
    const texts = answer.kind === 'records' ? answer.records : []
    return { isEverywhere: texts.includes(`v=STSv1; id=${policyId};`), note: texts.join(', ') }
  },
  retire: async () => ({ kind: 'written', note: 'nothing is there' }),
}
let moments = 0
const rollout = createRollout({
  name: executorName('daemon'),
  settings: {
    gate: {
      minDays: 14,
      minSessions: 100,
      minReporters: 3,
      minCertificateDays: 21,
      minAvailability: 0.99,
      maxCheckAgeSeconds: 86_400,
    },
    autoAdvance: false,
    lookEverySeconds: 21_600,
    checkEverySeconds: 86_400,
  },
  store,
  clock,
  random: () => 0.5,
  log: createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false }),
  sources: {
    reports: async () => undefined,
    check: async () => undefined,
    liveMx: async () => ({ hosts: [`mx.${domain}` as DomainName], ttlSeconds: 300 }),
    fetchPolicy: name => fetcher.fetch(name),
  },
  records,
  onProgress({ moment }) {
    if (moment === 'again') return
    moments += 1
    if (moments === options.killAt) process.kill(process.pid, 'SIGKILL')
  },
})

for (;;) {
  await rollout.scheduler.runLooks()
  await rollout.scheduler.runPublications()
  const state = (await rollout.rollouts.get(domain))?.state
  const running = await rollout.publications.running(domain)
  if (state?.stage === 'enforced' && running === undefined) break
  if (state?.stage === 'published' && running === undefined)
    await rollout.control.advance(domain, undefined, { by: 'test', reason: 'a test' }, 'a test')
  else await new Promise(resolve => setTimeout(resolve, 50))
}
dns.close()
await store.close()
