import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Contender, firstAnswer, type ServerProcess } from './contender.ts'
import { type DomainRange, domainName } from './domains.ts'
import {
  type ColdResult,
  fill,
  type MemoryResult,
  measureCold,
  measureMemory,
  measureStart,
  measureWarm,
  type WarmResult,
} from './measure.ts'
import { coldDaneOrNone, coldWithSts, countOf, KNOWN_DOMAINS, type Plan } from './plan.ts'
import type { Pinning } from './run-load.ts'
import { storePolicies } from './store-policies.ts'

export interface ContenderResult {
  readonly name: string
  readonly version: string
  readonly warm: readonly WarmResult[]
  readonly cold: {
    /** The first names after the start, DANE or none. */
    readonly first: ColdResult
    /** As many again in the same process. */
    readonly next: ColdResult
    /** A fifth of the names with a policy to fetch, in a process of its own. */
    readonly withSts: ColdResult
  }
  readonly memory: {
    readonly known: MemoryResult
    /** Everything of the large mixture asked once. */
    readonly many?: MemoryResult
    /** As many policies as `storedPolicies` in the database, one asked for. */
    readonly stored?: MemoryResult
    /** The same with every one of them asked for. */
    readonly storedAsked?: MemoryResult
  }
  readonly start: {
    /** On the state that the server itself kept of the names it was asked. */
    readonly own: { readonly firstAnswerMs: number; readonly statuses: readonly string[] }
    /** On `storedPolicies` policies; only ours can be given them. */
    readonly stored?: { readonly firstAnswerMs: number; readonly statuses: readonly string[] }
  }
}

export interface Settings {
  readonly plan: Plan
  readonly folder: string
  readonly worldPid: number
  readonly pinning: Pinning | undefined
  readonly log: (line: string) => void
}

/** Measures one server from its first start to its last. */
export async function measureContender(contender: Contender, settings: Settings): Promise<ContenderResult> {
  const { plan, folder, pinning, worldPid } = settings
  const log = (text: string) => settings.log(`${contender.name}: ${text}`)
  const stateOf = (name: string) => join(folder, 'state', contender.name, name)
  const onState = <T>(name: string, work: (server: ServerProcess) => Promise<T>) =>
    withServer(contender, stateOf(name), work)

  const known = await onState('known', async server => {
    log('learning 3,000 domains')
    await fill(contender, server, KNOWN_DOMAINS)
    const sts = KNOWN_DOMAINS.filter(({ kind }) => kind === 'sts')
    log('asking for what it knows')
    const warm = await measureWarm(contender, server, 'all', KNOWN_DOMAINS, plan.warm, undefined)
    warm.push(...(await measureWarm(contender, server, 'sts', sts, plan.warmSts, undefined)))
    if (pinning !== undefined)
      warm.push(...(await measureWarm(contender, server, 'all', KNOWN_DOMAINS, plan.pinned, pinning)))
    const small = await measureMemory(server, countOf(KNOWN_DOMAINS), plan.settleMs)
    let many: MemoryResult | undefined
    if (plan.manyDomains !== undefined) {
      log(`learning ${countOf(plan.manyDomains)} domains`)
      await fill(contender, server, plan.manyDomains)
      many = await measureMemory(server, countOf(plan.manyDomains), plan.settleMs)
    }
    return { warm, small, many }
  })
  log('starting on its own state')
  const own = await measureStart(contender, stateOf('known'), domainName('sts', 0), plan.starts)

  log(`discovering ${plan.coldDomains} domains`)
  const cold = await onState('cold', async server => ({
    first: await measureCold(contender, server, coldDaneOrNone(plan.coldDomains, 0), worldPid),
    next: await measureCold(contender, server, coldDaneOrNone(plan.coldDomains, 1), worldPid),
  }))
  const withSts = await onState('cold-sts', server =>
    measureCold(contender, server, coldWithSts(plan.coldDomains), worldPid),
  )
  const stored =
    contender.name === 'sternpost' ? await measureStored(contender, stateOf('stored'), plan, log) : undefined
  rmSync(join(folder, 'state', contender.name), { recursive: true, force: true })

  return {
    name: contender.name,
    version: contender.version,
    warm: known.warm,
    cold: { ...cold, withSts },
    memory: {
      known: known.small,
      ...(known.many === undefined ? {} : { many: known.many }),
      ...(stored === undefined ? {} : stored.memory),
    },
    start: { own, ...(stored === undefined ? {} : { stored: stored.start }) },
  }
}

/** Starts on a database full of policies, then asks for all of them. */
async function measureStored(
  contender: Contender,
  stateFolder: string,
  plan: Plan,
  log: (text: string) => void,
) {
  const count = plan.storedPolicies
  log(`starting with ${count} stored policies`)
  await storePolicies(stateFolder, count)
  const start = await measureStart(contender, stateFolder, domainName('sts', count / 2), plan.starts)
  const memory = await withServer(contender, stateFolder, async server => {
    const stored = await measureMemory(server, count, plan.settleMs)
    if (plan.kind === 'quick') return { stored }
    const all: DomainRange[] = [{ kind: 'sts', from: 0, count }]
    await fill(contender, server, all)
    return { stored, storedAsked: await measureMemory(server, count, plan.settleMs) }
  })
  return { start, memory }
}

/** Runs a server for the length of some work; it has answered once when the work begins. */
async function withServer<T>(
  contender: Contender,
  stateFolder: string,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = contender.start(stateFolder)
  try {
    await firstAnswer(contender, domainName('none', 999_999), server)
    return await work(server)
  } finally {
    await server.stop()
  }
}
