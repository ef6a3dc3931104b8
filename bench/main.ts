/**
 * `npm run bench`: measures Sternpost beside its peers and beside what its work costs at least, and prints ratios.
 *
 * As root everything happens in namespaces of its own: a network with nothing but loopback, where ports 53 and
 * 443 are free, and mounts that end with it. Without root only Sternpost is measured. The parts `reports`,
 * `api`, `dashboard` and, unless checkdmarc is compared with, `check` need no network of their own and run as they are.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { namespaceFlags, prepareRoots } from '../e2e/ground/debian-roots.ts'
import { nodeArguments, repositoryRoot, runCommand } from '../tools/suite.ts'
import { formatApiResult } from './api-table.ts'
import { formatCheckResult } from './check-table.ts'
import type { Contender } from './contender.ts'
import {
  postfixMtaStsResolver,
  postfixTlspol,
  SCRATCH_IN_ROOT,
  type Surroundings,
  sternpost,
} from './contenders.ts'
import { formatDashboardResult } from './dashboard-table.ts'
import { type ApiResult, apiPlans, measureApi } from './measure-api.ts'
import { type CheckBenchResult, checkPlans, measureCheck } from './measure-check.ts'
import { type ContenderResult, measureContender } from './measure-contender.ts'
import { type DashboardResult, dashboardPlans, measureDashboard } from './measure-dashboard.ts'
import { measurePublish, type PublishResult, publishPlans } from './measure-publish.ts'
import { measureReports, type ReportsResult, reportsPlans } from './measure-reports.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { FETCHABLE_DOMAINS, plans } from './plan.ts'
import { formatPublishResult } from './publish-table.ts'
import { formatReport } from './report.ts'
import { formatReportsResult } from './reports-table.ts'
import { findPinning } from './run-load.ts'
import { DNS_ADDRESS, type WorldOptions } from './world.ts'

/** What the first process found out and tells the one inside the namespaces. */
interface Inside {
  readonly folder: string
  readonly isolated: boolean
  readonly peerRoot: string | undefined
  readonly leftOut: readonly string[]
}

const INSIDE = 'STERNPOST_BENCH_INSIDE'

const log = (line: string) => void process.stderr.write(`bench: ${line}\n`)

const options = readOptions(process.argv.slice(2), process.env)
if (typeof options === 'string') {
  process.stderr.write(options)
  process.exitCode = 2
} else {
  const inside = process.env[INSIDE]
  process.exitCode =
    inside === undefined ? await prepare(options) : await measure(options, JSON.parse(inside))
}

/** Finds the peers, then runs this script again where it disturbs nothing. */
async function prepare(chosen: BenchOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-bench-'))
  try {
    // What is measured is what a person installs, so that is made first.
    const build = await runCommand(process.execPath, nodeArguments('tools/build.ts'))
    if (build.code !== 0) throw new Error(`the release cannot be built:\n${build.output}`)
    const withDebian = chosen.parts.some(part => part === 'socketmap' || part === 'publish')
    if (!withDebian && !(chosen.parts.includes('check') && chosen.checkdmarc !== undefined)) {
      return await measure(chosen, { folder, isolated: false, peerRoot: undefined, leftOut: [] })
    }
    const prepared = withDebian ? await prepareRoots(log) : undefined
    const leftOut = prepared?.ok === false ? [`postfix-mta-sts-resolver and nginx: ${prepared.reason}`] : []
    const isolated = (await runCommand('unshare', [...namespaceFlags, 'true'])).code === 0
    if (!isolated) leftOut.push('peers: a network of their own needs root and unshare')
    const peerRoot = isolated && prepared?.ok ? prepared.roots.trixie : undefined
    const inside: Inside = { folder, isolated, peerRoot, leftOut }
    const script = [process.execPath, ...nodeArguments('bench/main.ts', ...process.argv.slice(2))]
    const [file = '', ...args] = isolated
      ? ['unshare', ...namespaceFlags, 'sh', '-c', namespaceSteps(inside), 'bench', ...script]
      : script
    const run = await runCommand(file, args, { show: true, env: { [INSIDE]: JSON.stringify(inside) } })
    return run.code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Peers read /etc/resolv.conf, so there is another in its place, seen by nobody outside. */
function namespaceSteps({ folder, peerRoot }: Inside): string {
  const resolvConf = join(folder, 'resolv.conf')
  writeFileSync(resolvConf, `nameserver ${DNS_ADDRESS}\n`)
  const insideRoot =
    peerRoot === undefined
      ? []
      : [
          `mount --bind '${resolvConf}' '${peerRoot}/etc/resolv.conf'`,
          `mount --bind '${folder}' '${peerRoot}${SCRATCH_IN_ROOT}'`,
        ]
  return [
    'set -e',
    `${peerRoot === undefined ? '' : `chroot '${peerRoot}' `}ip link set lo up`,
    `mount --bind '${resolvConf}' /etc/resolv.conf`,
    ...insideRoot,
    'exec "$@"',
  ].join('\n')
}

async function measure(chosen: BenchOptions, inside: Inside): Promise<number> {
  const startedAt = performance.now()
  const leftOut = [...inside.leftOut]
  let results: readonly ContenderResult[] | undefined
  let reports: ReportsResult | undefined
  let check: CheckBenchResult | undefined
  let publish: PublishResult | undefined
  let api: ApiResult | undefined
  let dashboard: DashboardResult | undefined
  if (chosen.parts.includes('socketmap')) {
    results = await measureSocketmap(chosen, inside, leftOut)
    process.stdout.write(`\n${formatReport(results)}\n`)
  }
  if (chosen.parts.includes('reports')) {
    const plan = reportsPlans[chosen.kind]
    reports = await measureReports({ ...plan, files: chosen.files ?? plan.files }, inside.folder, log)
    process.stdout.write(`\n${formatReportsResult(reports)}\n`)
  }
  if (chosen.parts.includes('check')) {
    const plan = checkPlans[chosen.kind]
    const listed = chosen.domains ?? plan.listed
    check = await measureCheck({ ...plan, listed }, inside.folder, chooseCheckdmarc(chosen, inside), log)
    process.stdout.write(`\n${formatCheckResult(check)}\n`)
  }
  if (chosen.parts.includes('publish')) {
    publish = await measurePublish(publishPlans[chosen.kind], inside.folder, inside.peerRoot, log)
    process.stdout.write(`\n${formatPublishResult(publish)}\n`)
  }
  if (chosen.parts.includes('api')) {
    const ports = worldPorts(inside)
    const { world, caPem } = await openWorld({ ...ports, fetchableDomains: FETCHABLE_DOMAINS })
    const caFile = join(inside.folder, 'api-ca.pem')
    writeFileSync(caFile, caPem)
    api = await measureApi(apiPlans[chosen.kind], inside.folder, { ...ports, caFile }, log)
    world.disconnect()
    process.stdout.write(`\n${formatApiResult(api)}\n`)
  }
  if (chosen.parts.includes('dashboard')) {
    const measured = await measureDashboard(dashboardPlans[chosen.kind], inside.folder, log)
    if (typeof measured === 'string') leftOut.push(`dashboard: ${measured}`)
    else {
      dashboard = measured
      process.stdout.write(`\n${formatDashboardResult(measured)}\n`)
    }
  }
  if (leftOut.length > 0) process.stdout.write('\n')
  for (const line of leftOut) process.stdout.write(`Left out: ${line}.\n`)
  const file = writeResults(chosen, { leftOut, results, reports, check, publish, api, dashboard })
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stdout.write(`\n${seconds} s; written to ${file}\n`)
  return 0
}

function worldPorts({ isolated }: Inside) {
  return isolated ? { dnsPort: 53, policyPort: 443 } : { dnsPort: 10053, policyPort: 10443 }
}

async function measureSocketmap(
  chosen: BenchOptions,
  inside: Inside,
  leftOut: string[],
): Promise<ContenderResult[]> {
  const ports = worldPorts(inside)
  const { world, caPem } = await openWorld({ ...ports, fetchableDomains: FETCHABLE_DOMAINS })
  const caFile = join(inside.folder, 'ca.pem')
  writeFileSync(caFile, caPem)
  const contenders = chooseContenders(chosen, { folder: inside.folder, caFile, ...ports }, inside, leftOut)

  const pinning = await findPinning()
  if (typeof pinning === 'string') leftOut.push(`a core for each side: ${pinning}`)
  const results: ContenderResult[] = []
  for (const contender of contenders) {
    results.push(
      await measureContender(contender, {
        plan: plans[chosen.kind],
        folder: inside.folder,
        worldPid: world.pid ?? -1,
        pinning: typeof pinning === 'string' ? undefined : pinning,
        log,
      }),
    )
  }
  world.disconnect()
  return results
}

function chooseContenders(
  { tlspol }: BenchOptions,
  surroundings: Surroundings,
  { isolated, peerRoot }: Inside,
  leftOut: string[],
): Contender[] {
  const contenders = [sternpost(surroundings)]
  if (peerRoot !== undefined) contenders.push(postfixMtaStsResolver(surroundings, peerRoot))
  if (tlspol === undefined) leftOut.push('postfix-tlspol: name a binary with --tlspol or $TLSPOL_BINARY')
  else if (!existsSync(tlspol)) leftOut.push('postfix-tlspol: there is no such file')
  else if (isolated) contenders.push(postfixTlspol(surroundings, resolve(tlspol)))
  return contenders
}

function chooseCheckdmarc(
  { checkdmarc }: BenchOptions,
  { isolated }: Inside,
): { readonly command: string } | { readonly leftOut: string } {
  if (checkdmarc === undefined) return { leftOut: 'name it with --checkdmarc or $CHECKDMARC' }
  if (!existsSync(checkdmarc)) return { leftOut: 'there is no such file' }
  if (!isolated)
    return { leftOut: 'it asks ports 53, 443 and 25 only, and a network of its own needs root and unshare' }
  return { command: resolve(checkdmarc) }
}

async function openWorld(
  options: WorldOptions,
): Promise<{ readonly world: ChildProcess; readonly caPem: string }> {
  const world = fork(join(repositoryRoot, 'bench/world.ts'), [JSON.stringify(options)], {
    execArgv: ['--conditions=source'],
  })
  const { caPem } = await new Promise<{ caPem: string }>((opened, failed) => {
    world.once('message', message => opened(message as { caPem: string }))
    world.once('exit', () => failed(new Error('the resolver and policy host of the benchmark did not start')))
  })
  return { world, caPem }
}

/** Facts about the machine that change the numbers, and none that tell whose it is. */
function writeResults(
  { kind, name }: BenchOptions,
  measured: {
    readonly leftOut: readonly string[]
    readonly results: readonly ContenderResult[] | undefined
    readonly reports: ReportsResult | undefined
    readonly check: CheckBenchResult | undefined
    readonly publish: PublishResult | undefined
    readonly api: ApiResult | undefined
    readonly dashboard: DashboardResult | undefined
  },
): string {
  const folder = join(repositoryRoot, 'bench/results')
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 10)
  const file = `${date}-${name}.json`
  const machine = {
    cores: cpus().length,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(5)) : value
  writeFileSync(join(folder, file), `${JSON.stringify({ date, kind, machine, ...measured }, rounded, 2)}\n`)
  return `bench/results/${file}`
}
