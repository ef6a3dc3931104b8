import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { nodeArguments, repositoryRoot } from '../tools/suite.ts'
import type { FloorPlan } from './check-floor.ts'
import { checkDomainName, checkWorld, type WorldCounts } from './check-world.ts'
import { measureCheckdmarc } from './measure-checkdmarc.ts'
import { runNode } from './run-node.ts'

/** How much is measured of `sternpost check --from-file`. */
export interface CheckPlan {
  /** Domains with mail, a policy, DANE and TLS reports, each with a host of its own. */
  readonly domains: number
  /** Domains without mail, for the memory of a long list. */
  readonly listed: number
  readonly concurrency: number
}

export const checkPlans: Readonly<Record<'full' | 'quick', CheckPlan>> = {
  full: { domains: 2_000, listed: 100_000, concurrency: 64 },
  quick: { domains: 200, listed: 5_000, concurrency: 64 },
}

export interface CheckCost {
  readonly domains: number
  readonly perSecond: number
  readonly cpuMsPerDomain: number
  readonly peakMegabytes: number
}

export interface CheckBenchResult {
  /** What one domain takes of the world. */
  readonly perDomain: Omit<FloorPlan, 'domains' | 'concurrency' | 'caPem'>
  readonly floor: CheckCost
  readonly check: CheckCost
  /** CPU of the check, divided by that of the floor. */
  readonly ofFloor: number
  readonly list: CheckCost
  /** The same domains by checkdmarc, or why there is no such figure. */
  readonly checkdmarc: CheckCost | string
}

const PROGRAM = 'packages/sternpost/dist/main.js'

/** Measures a run over a list beside a bare loop that does the same questions, handshakes and fetches. */
export async function measureCheck(
  plan: CheckPlan,
  parent: string,
  /** Its command, or why it is left out; with a command the network is one where ports 53, 443 and 25 are free. */
  checkdmarc: { readonly command: string } | { readonly leftOut: string },
  log: (line: string) => void,
): Promise<CheckBenchResult> {
  const folder = mkdtempSync(join(parent, 'check-'))
  const ports = 'command' in checkdmarc ? ['well-known'] : []
  const world = fork(join(repositoryRoot, 'bench/check-world.ts'), ports, {
    execArgv: ['--conditions=source'],
  })
  try {
    const { caPem } = await opened(world)
    const counts = async (): Promise<WorldCounts> => {
      world.send('counts')
      return ((await once(world, 'message')) as [WorldCounts])[0]
    }
    writeSettings(folder, caPem)
    log(`check: ${plan.domains} domains`)
    const before = await counts()
    const check = await checkList(folder, 'c', plan.domains, plan.concurrency)
    const after = await counts()
    const seen = await countSeen(join(folder, 'c.ndjson'))
    const share = (count: number) => Math.round(count / plan.domains)
    const perDomain = {
      dnsQuestions: share(after.dnsQuestions - before.dnsQuestions),
      handshakes: share(seen.handshakes),
      clearSessions: Math.max(0, share(after.smtpConnections - before.smtpConnections - seen.handshakes)),
      fetches: share(seen.fetches),
    }
    log(`check: the floor, ${JSON.stringify(perDomain)} for each domain`)
    const { domains, concurrency } = plan
    const floorPlan: FloorPlan = { ...perDomain, domains, concurrency, caPem }
    const floor = costOf(
      await runNode(nodeArguments('bench/check-floor.ts', JSON.stringify(floorPlan))),
      plan.domains,
    )
    log(`check: a list of ${plan.listed} domains`)
    const list = await checkList(folder, 'n', plan.listed, plan.concurrency)
    const ofFloor = check.cpuMsPerDomain / floor.cpuMsPerDomain
    const measured = { perDomain, floor, check, ofFloor, list }
    if ('leftOut' in checkdmarc) return { ...measured, checkdmarc: checkdmarc.leftOut }
    log(`check: checkdmarc, ${plan.domains} domains`)
    const names = Array.from({ length: plan.domains }, (_, index) => checkDomainName('c', index))
    const other = await measureCheckdmarc(checkdmarc.command, folder, names)
    return { ...measured, checkdmarc: typeof other === 'string' ? other : costOf(other, plan.domains) }
  } finally {
    if (world.connected) world.disconnect()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function opened(world: ChildProcess): Promise<{ readonly caPem: string }> {
  return await new Promise((resolve, reject) => {
    world.once('message', message => resolve(message as { caPem: string }))
    world.once('exit', () => reject(new Error('the world of the benchmark did not start')))
  })
}

function writeSettings(folder: string, caPem: string): void {
  writeFileSync(join(folder, 'ca.pem'), caPem)
  const { dnsAddress, dnsPort, policyPort, smtpPort, apex, bogusName } = checkWorld
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `dns: { resolvers: ['${dnsAddress}:${dnsPort}'], signedName: ${apex}, bogusName: ${bogusName} }
outbound:
  policyFetch: { port: ${policyPort}, caFile: ca.pem, allowAddresses: ['127.0.0.0/8'] }
check: { heloName: probe.test, smtpPort: ${smtpPort}, allowAddresses: ['127.0.0.0/8'], controlHosts: [] }
`,
  )
}

async function checkList(
  folder: string,
  kind: 'c' | 'n',
  domains: number,
  concurrency: number,
): Promise<CheckCost> {
  const list = join(folder, `${kind}.txt`)
  const names = Array.from({ length: domains }, (_, index) => `${checkDomainName(kind, index)}\n`)
  writeFileSync(list, names.join(''))
  const output = ['--output', join(folder, `${kind}.ndjson`), '--concurrency', String(concurrency)]
  const settings = ['--config', join(folder, 'sternpost.yaml'), '--data', folder]
  const run = await runNode(
    [PROGRAM, 'check', '--from-file', list, ...output, '--fail-on', 'never', ...settings],
    [0],
  )
  return costOf(run, domains)
}

function costOf(
  run: { readonly seconds: number; readonly cpuSeconds: number; readonly peakMegabytes: number },
  domains: number,
): CheckCost {
  return {
    domains,
    perSecond: domains / run.seconds,
    cpuMsPerDomain: (1000 * run.cpuSeconds) / domains,
    peakMegabytes: run.peakMegabytes,
  }
}

interface SeenSmtp {
  readonly tls?: unknown
  readonly trials: {
    readonly withoutServerName: { readonly kind: string }
    readonly otherServerName: { readonly kind: string }
    readonly tlsVersions: Readonly<Record<string, { readonly kind: string }>>
    readonly injection: { readonly kind: string }
  }
}

/** Counts the handshakes and fetches that ended well, as the results tell them. */
async function countSeen(file: string): Promise<{ readonly handshakes: number; readonly fetches: number }> {
  let [handshakes, fetches] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { observation } = JSON.parse(line)
    for (const { addresses } of observation.mxHosts) {
      for (const { smtp } of addresses as readonly { readonly smtp: SeenSmtp | null }[]) {
        if (smtp !== null) handshakes += handshakesOf(smtp)
      }
    }
    const { responses, withoutServerName, otherUserAgent, wrongPlaces } = observation.policyHost
    const others = [withoutServerName, otherUserAgent].filter(one => one !== undefined).length
    fetches += responses.length + wrongPlaces.length + others
  }
  return { handshakes, fetches }
}

function handshakesOf({ tls, trials }: SeenSmtp): number {
  const kinds = [
    trials.withoutServerName.kind,
    trials.otherServerName.kind,
    trials.injection.kind,
    ...Object.values(trials.tlsVersions).map(({ kind }) => kind),
  ]
  const done = kinds.filter(kind => kind === 'done' || kind === 'discarded' || kind === 'answered').length
  // The version of the main session was proved by it, the others took a handshake each.
  const versions = kinds.filter(kind => kind === 'offered').length
  return tls === undefined ? done : 1 + done + Math.max(0, versions - 1)
}
