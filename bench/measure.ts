import { setTimeout as delay } from 'node:timers/promises'
import { type Contender, firstAnswer, type ServerProcess } from './contender.ts'
import type { DomainRange } from './domains.ts'
import type { LoadRound } from './load-generator.ts'
import { allowedCpus, cpuSeconds, memoryMegabytes } from './process-cost.ts'
import type { ReplyStatus } from './reply-reader.ts'
import { type Pinning, pinProcess, runLoad } from './run-load.ts'

/** Medians over rounds of asking random names that the server already knows. */
export interface WarmResult {
  readonly names: 'all' | 'sts'
  readonly pinned: boolean
  readonly connections: number
  readonly lookupsPerSecond: number
  readonly cpuSecondsPer100k: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Share of a processor the generator used; near 1 the rate is the generator's and not the server's. */
  readonly generatorBusy: number
  /** TEMP, PERM or no socketmap at all, and connections the server ended. */
  readonly errors: number
}

/** Names asked once that the server never heard of. */
export interface ColdResult {
  readonly domains: number
  readonly domainsPerSecond: number
  readonly serverCpuSecondsPer1000: number
  /** Share of a processor that the resolver and policy host used: what the world itself cost. */
  readonly worldBusy: number
  readonly p99Ms: number
  readonly replies: Readonly<Record<ReplyStatus, number>>
}

export interface MemoryResult {
  readonly domains: number
  readonly rssMegabytes: number
  readonly peakMegabytes: number
}

/** How the rounds of one run are cut. */
export interface WarmPlan {
  readonly connections: readonly number[]
  readonly warmUpMs: number
  readonly rounds: number
  readonly roundMs: number
}

/** Discovery goes over this many connections. */
const DISCOVERY_CONNECTIONS = 16
/** A server that could not say in the first pass is asked again so often. */
const FILL_PASSES = 3

/**
 * Asks every name until the server knows them all.
 *
 * Errors: throws when it found no policy for a name that has one: what it then does would be another job.
 */
export async function fill(
  contender: Contender,
  server: ServerProcess,
  domains: readonly DomainRange[],
): Promise<void> {
  for (let pass = 0; pass < FILL_PASSES; pass += 1) {
    if (errorsOf(await askEach(contender, server, domains)) === 0) break
  }
  const withPolicy = domains.filter(({ kind }) => kind === 'sts')
  const { replies, lookups } = await askEach(contender, server, withPolicy)
  if (replies.ok === lookups) return
  throw new Error(
    `${contender.name} knows only ${replies.ok} of ${lookups} policies: ${JSON.stringify(replies)}`,
  )
}

export async function measureWarm(
  contender: Contender,
  server: ServerProcess,
  names: WarmResult['names'],
  domains: readonly DomainRange[],
  plan: WarmPlan,
  pinning: Pinning | undefined,
): Promise<WarmResult[]> {
  if (pinning !== undefined) await pinProcess(server.pid, [pinning.server])
  const results: WarmResult[] = []
  for (const connections of plan.connections) {
    const { rounds, lostConnections } = await runLoad(
      {
        port: contender.port,
        mapName: contender.mapName,
        connections,
        domains,
        serverPid: server.pid,
        plan: { kind: 'random', warmUpMs: plan.warmUpMs, rounds: plan.rounds, roundMs: plan.roundMs },
      },
      pinning?.generator,
    )
    const middle = (pick: (round: LoadRound) => number) => median(rounds.map(pick))
    results.push({
      names,
      pinned: pinning !== undefined,
      connections,
      lookupsPerSecond: middle(round => round.lookups / round.seconds),
      cpuSecondsPer100k: middle(round => (round.serverCpuSeconds / round.lookups) * 100_000),
      p50Ms: middle(round => round.p50Ms),
      p99Ms: middle(round => round.p99Ms),
      generatorBusy: middle(round => round.generatorCpuSeconds / round.seconds),
      errors: rounds.reduce((sum, round) => sum + errorsOf(round), 0) + lostConnections,
    })
  }
  if (pinning !== undefined) await pinProcess(server.pid, allowedCpus())
  return results
}

export async function measureCold(
  contender: Contender,
  server: ServerProcess,
  domains: readonly DomainRange[],
  worldPid: number,
): Promise<ColdResult> {
  const worldBefore = cpuSeconds(worldPid)
  const round = await askEach(contender, server, domains)
  const worldSeconds = cpuSeconds(worldPid) - worldBefore
  return {
    domains: round.lookups,
    domainsPerSecond: round.lookups / round.seconds,
    serverCpuSecondsPer1000: (round.serverCpuSeconds / round.lookups) * 1_000,
    worldBusy: worldSeconds / round.seconds,
    p99Ms: round.p99Ms,
    replies: round.replies,
  }
}

export async function measureMemory(
  server: ServerProcess,
  domains: number,
  settleMs: number,
): Promise<MemoryResult> {
  await delay(settleMs)
  const { rss, peak } = memoryMegabytes(server.pid)
  return { domains, rssMegabytes: rss, peakMegabytes: peak }
}

/** Starts a server on a state it has several times; the median from the making of the process to the answer. */
export async function measureStart(
  contender: Contender,
  stateFolder: string,
  domain: string,
  times: number,
): Promise<{ readonly firstAnswerMs: number; readonly statuses: readonly ReplyStatus[] }> {
  const answers: { readonly status: ReplyStatus; readonly afterMs: number }[] = []
  for (let i = 0; i < times; i += 1) {
    const server = contender.start(stateFolder)
    try {
      answers.push(await firstAnswer(contender, domain, server))
    } finally {
      await server.stop()
    }
  }
  return {
    firstAnswerMs: median(answers.map(({ afterMs }) => afterMs)),
    statuses: [...new Set(answers.map(({ status }) => status))],
  }
}

async function askEach(contender: Contender, server: ServerProcess, domains: readonly DomainRange[]) {
  const { rounds } = await runLoad({
    port: contender.port,
    mapName: contender.mapName,
    connections: DISCOVERY_CONNECTIONS,
    domains,
    serverPid: server.pid,
    plan: { kind: 'each' },
  })
  const [round] = rounds
  if (round === undefined) throw new Error('the load generator measured nothing')
  return round
}

function errorsOf({ replies }: LoadRound): number {
  return replies.temporary + replies.permanent + replies.broken
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}
