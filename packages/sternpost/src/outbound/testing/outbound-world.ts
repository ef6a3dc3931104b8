import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab, createManualClock, type Lab, type LabSpec, type ManualClock } from '@sternpost/lab'
import { createDnsClient, createPolicyFetcher, observeNextHop } from '@sternpost/network'
import { parseNextHopKey } from '@sternpost/protocol'
import { Store } from '../../store/index.ts'
import { DaneObservations } from '../dane-observations.ts'
import { EventHistory, type OutboundEvent } from '../events.ts'
import { MtaStsPolicies } from '../mta-sts-policies.ts'
import { NextHopPolicies, type TimedDecision } from '../next-hop-policies.ts'
import { Overrides } from '../overrides.ts'
import { PolicyStore } from '../policy-store.ts'
import { Refresher } from '../refresher.ts'

/** The outbound room without its sockets, on a lab, a real database and a clock that tests move. */
export interface OutboundWorld {
  readonly lab: Lab
  readonly clock: ManualClock
  readonly policies: NextHopPolicies
  readonly mtaSts: MtaStsPolicies
  readonly policyStore: PolicyStore
  readonly events: OutboundEvent[]
  /** Policy domains of ready replies that were thrown away. */
  readonly changed: string[]
  readonly refresher: Refresher
  readonly dataDir: string
  /** Decides for a key as Postfix writes it. */
  decide(key: string): Promise<TimedDecision>
  /** `action rule` of a decision, for short comparisons. */
  verdict(key: string): Promise<string>
  /** Ends everything but the lab and starts anew on the same database, as after a restart or a crash. */
  restart(): Promise<OutboundWorld>
  close(): Promise<void>
}

/** 2026-11-01T00:00:00Z; certificates of the lab are judged by the system's clock, all else by this one. */
export const START = Date.UTC(2026, 10, 1)

export async function createOutboundWorld(
  spec: LabSpec,
  options: { readonly answerBudgetMs?: number; readonly daneOff?: string } = {},
): Promise<OutboundWorld> {
  const lab = await createLab(spec)
  const dataDir = mkdtempSync(join(tmpdir(), 'sternpost-outbound-'))
  const world = await startWorld(lab, createManualClock(START), dataDir, options)
  return {
    ...world,
    async close() {
      await world.close()
      await lab.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function startWorld(
  lab: Lab,
  clock: ManualClock,
  dataDir: string,
  options: { readonly answerBudgetMs?: number; readonly daneOff?: string },
): Promise<OutboundWorld> {
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const policyStore = new PolicyStore(store, clock)
  const events: OutboundEvent[] = []
  const changed: string[] = []
  const history = new EventHistory(store, clock, event => events.push(event))
  const dns = createDnsClient({
    servers: [`${lab.dns.address}:${lab.dns.port}`],
    timeoutsMs: [300],
    tries: 1,
    failureSeconds: 1,
    now: clock.now,
  })
  const fetcher = createPolicyFetcher({
    dns,
    ca: [lab.ca.caPem],
    port: lab.ports.https,
    allowAddresses: ['127.0.0.0/8'],
    totalTimeoutMs: 2_000,
    idleTimeoutMs: 1_000,
    now: clock.now,
  })
  const onError = (error: unknown) => {
    throw error
  }
  const mtaSts = new MtaStsPolicies({
    dns,
    fetchPolicy: policyDomain => fetcher.fetch(policyDomain),
    store: policyStore,
    history,
    clock,
    random: () => 0.5,
    schedule: { refreshIntervalMs: 86_400_000, retryAfterFailureMs: 300_000 },
    maxFetches: 8,
    maxInMemory: 100,
    onChange: policyDomain => {
      changed.push(policyDomain)
      policies.forget(policyDomain)
    },
    onFetch: () => {},
    onError,
  })
  const dane = new DaneObservations({
    observe: nextHop => observeNextHop(dns, nextHop),
    clock,
    offBecause: () => options.daneOff,
    maxInMemory: 100,
    onError,
  })
  const policies = new NextHopPolicies(mtaSts, dane, clock, {
    answerBudgetMs: options.answerBudgetMs ?? 5_000,
    whileFetching: 'defer',
    afterFailure: 'deliver',
    minimumLevel: undefined,
    overrides: new Overrides([]),
  })
  const refresher = new Refresher({
    policies: mtaSts,
    store: policyStore,
    clock,
    prune: () => policyStore.prune(1_000),
    onError,
  })
  const decide = async (key: string) => {
    const parsed = parseNextHopKey(key)
    if (parsed.kind !== 'next-hop') throw new RangeError(`${key} is no next hop`)
    return await policies.decide(parsed.nextHop)
  }
  const end = async () => {
    await policyStore.close()
    dns.close()
    await store.close()
  }
  return {
    lab,
    clock,
    policies,
    mtaSts,
    policyStore,
    events,
    changed,
    refresher,
    dataDir,
    decide,
    async verdict(key) {
      const { decision } = await decide(key)
      return `${decision.action} ${decision.rule}`
    },
    async restart() {
      await end()
      return await startWorld(lab, clock, dataDir, options)
    },
    close: end,
  }
}
