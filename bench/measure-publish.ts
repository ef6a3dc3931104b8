import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import { nodeArguments, repositoryRoot, runCommand } from '../tools/suite.ts'
import { type ServerProcess, startServer } from './contender.ts'
import { SCRATCH_IN_ROOT } from './contenders.ts'
import type { PolicyLoadJob, PolicyLoadResult } from './policy-load.ts'
import { cpuSeconds, memoryMegabytes } from './process-cost.ts'
import { findPinning } from './run-load.ts'

/** How much is measured of serving policies. */
export interface PublishPlan {
  readonly domains: number
  readonly certificates: number
  readonly imported: number
  readonly roundSeconds: number
  readonly rounds: number
}

export const publishPlans: Readonly<Record<'full' | 'quick', PublishPlan>> = {
  full: { domains: 100_000, certificates: 10_000, imported: 10_000, roundSeconds: 5, rounds: 3 },
  quick: { domains: 10_000, certificates: 500, imported: 2_000, roundSeconds: 2, rounds: 1 },
}

export interface ServeRate {
  readonly perCpuSecond: number
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
}

/** One server with one policy, on one core. */
export interface ServeResult {
  readonly name: string
  readonly version: string
  /** Full handshake, GET, close. */
  readonly handshakes: ServeRate
  /** GET after GET on connections that stay. */
  readonly keptAlive: ServeRate
}

export interface PublishResult {
  readonly plan: PublishPlan
  readonly serve: readonly ServeResult[]
  /** `sternpost domain import` of a file that names the MX hosts. */
  readonly imported: { readonly perSecond: number; readonly seconds: number }
  /** With all domains stored and as many certificates as the plan says. */
  readonly many: {
    readonly firstByteMs: number
    readonly restMegabytes: number
    /** After each name was asked for once: each certificate was loaded, and the cache has forgotten most of them. */
    readonly askedMegabytes: number
    readonly coldMedianMs: number
    readonly coldP99Ms: number
  }
  readonly isPinned: boolean
}

const OUR_PORT = 18443
const NGINX_PORT = 18444
const CONNECTIONS = 16
/** Given to a server to come to rest. */
const SETTLE_MS = 4_000
const GIVE_UP_MS = 60_000

/** Measures the policy host beside nginx on the same core, then with many domains, then an import. */
export async function measurePublish(
  plan: PublishPlan,
  folder: string,
  peerRoot: string | undefined,
  log: (line: string) => void,
): Promise<PublishResult> {
  const found = await findPinning()
  const pinning = typeof found === 'string' ? undefined : found
  const certificates = join(folder, 'certificates')
  log(`publish: storing ${plan.domains} domains and making ${plan.certificates} certificates`)
  await runNode(
    nodeArguments(
      'bench/fill-publish.ts',
      ...[join(folder, 'many'), String(plan.domains)],
      ...[certificates, String(plan.certificates)],
    ),
  )

  const load = (job: Omit<PolicyLoadJob, 'caFile'>) =>
    runPolicyLoad({ ...job, caFile: join(certificates, 'ca.pem') }, pinning?.generator)
  const rate = async (server: ServerProcess, port: number, isKeptAlive: boolean): Promise<ServeRate> => {
    const rounds: ServeRate[] = []
    const job = { port, names: 1, connections: CONNECTIONS, isKeptAlive }
    await load({ ...job, seconds: 1 })
    for (let round = 0; round < plan.rounds; round += 1) {
      const before = treeCpuSeconds(server.pid)
      const { answered, failed, seconds, medianMs, p99Ms } = await load({
        ...job,
        seconds: plan.roundSeconds,
      })
      if (failed > 0) throw new Error(`${failed} requests of ${failed + answered} failed`)
      const used = treeCpuSeconds(server.pid) - before
      rounds.push({ perCpuSecond: answered / used, perSecond: answered / seconds, medianMs, p99Ms })
    }
    return rounds.sort((a, b) => a.perCpuSecond - b.perCpuSecond)[Math.floor(rounds.length / 2)] as ServeRate
  }
  const measureServer = async (name: string, version: string, port: number, start: () => ServerProcess) => {
    const server = start()
    try {
      await delay(SETTLE_MS)
      log(`publish: ${name}, full handshakes`)
      const handshakes = await rate(server, port, false)
      log(`publish: ${name}, connections that stay`)
      return { name, version, handshakes, keptAlive: await rate(server, port, true) }
    } finally {
      await server.stop()
    }
  }

  const pin = pinning === undefined ? [] : ['taskset', '-c', String(pinning.server)]
  const sternpost = () =>
    startServer('sternpost', [...pin, ...serveCommand(folder, certificates)], { cwd: repositoryRoot })
  const serve: ServeResult[] = [await measureServer('sternpost', '', OUR_PORT, sternpost)]
  if (peerRoot !== undefined) {
    const command = [...pin, 'chroot', peerRoot, 'nginx', '-c', prepareNginx(folder, certificates)]
    serve.push(
      await measureServer('nginx', nginxVersion(peerRoot), NGINX_PORT, () => startServer('nginx', command)),
    )
  }
  log(`publish: ${plan.domains} domains, ${plan.certificates} certificates on demand`)
  const many = await measureMany(plan, sternpost, join(certificates, 'ca.pem'), load)
  log(`publish: importing ${plan.imported} domains`)
  return {
    plan,
    serve,
    many,
    imported: await measureImport(plan.imported, folder),
    isPinned: pinning !== undefined,
  }
}

async function measureMany(
  plan: PublishPlan,
  start: () => ServerProcess,
  caFile: string,
  load: (job: Omit<PolicyLoadJob, 'caFile'>) => Promise<PolicyLoadResult>,
): Promise<PublishResult['many']> {
  const server = start()
  try {
    const firstByteMs = await firstPolicy(caFile, server.startedAt)
    await delay(SETTLE_MS)
    const restMegabytes = memoryMegabytes(server.pid).rss
    const { certificates } = plan
    const job = { port: OUR_PORT, connections: 4, isKeptAlive: false }
    const asked = await load({ ...job, names: certificates, requests: certificates })
    if (asked.failed > 0) throw new Error(`${asked.failed} names of ${certificates} got no policy`)
    return {
      firstByteMs,
      restMegabytes,
      askedMegabytes: memoryMegabytes(server.pid).rss,
      coldMedianMs: asked.medianMs,
      coldP99Ms: asked.p99Ms,
    }
  } finally {
    await server.stop()
  }
}

/** `sternpost domain import`, with its start. */
async function measureImport(count: number, folder: string): Promise<PublishResult['imported']> {
  const file = join(folder, 'domains.csv')
  const lines = Array.from({ length: count }, (_, n) => `i${n}.test,mx1.i${n}.test mx2.i${n}.test`)
  writeFileSync(file, `domain,mx\n${lines.join('\n')}\n`)
  const startedAt = performance.now()
  const command = ['domain', 'import', file, '--data', join(folder, 'imported')]
  await runNode(['packages/sternpost/dist/main.js', ...command])
  const seconds = (performance.now() - startedAt) / 1000
  return { perSecond: count / seconds, seconds }
}

/** How a person would start it, with everything else off. */
function serveCommand(folder: string, certificates: string): string[] {
  const config = join(folder, 'publish.yaml')
  writeFileSync(
    config,
    `data: ${join(folder, 'many')}
log: { level: error }
http: { listen: 'off' }
outbound: { socketmap: { listen: ['127.0.0.1:18465'] } }
publish:
  policyHost: { listen: ['127.0.0.1:${OUR_PORT}'] }
  certificates:
    files:
      - certFile: ${certificates}/{host}/fullchain.pem
        keyFile: ${certificates}/{host}/privkey.pem
`,
  )
  return [process.execPath, 'packages/sternpost/dist/main.js', 'serve', '--config', config]
}

/** One worker, as one core is what both have; the same certificate and the same bytes. */
function prepareNginx(folder: string, certificates: string): string {
  const host = 'mta-sts.d0.test'
  cpSync(join(certificates, host), join(folder, 'nginx'), { recursive: true })
  const site = join(folder, 'nginx/site/.well-known')
  mkdirSync(site, { recursive: true })
  const policy =
    'version: STSv1\r\nmode: testing\r\nmx: mx1.d0.test\r\nmx: mx2.d0.test\r\nmax_age: 604800\r\n'
  writeFileSync(join(site, 'mta-sts.txt'), policy)
  const inside = `${SCRATCH_IN_ROOT}/nginx`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    join(folder, 'nginx/nginx.conf'),
    `user root;
daemon off;
worker_processes 1;
pid ${inside}/pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 10000000;
  default_type "text/plain; charset=us-ascii";
  ${temporary.map(name => `${name}_temp_path ${inside}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${NGINX_PORT} ssl;
    server_name ${host};
    ssl_certificate ${inside}/fullchain.pem;
    ssl_certificate_key ${inside}/privkey.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    location = /.well-known/mta-sts.txt { root ${inside}/site; }
    location / { return 404; }
  }
}
`,
  )
  return `${inside}/nginx.conf`
}

function nginxVersion(root: string): string {
  const format = '$' + '{Version}'
  return execFileSync('chroot', [root, 'dpkg-query', '-W', '-f', format, 'nginx'], { encoding: 'utf8' })
}

/** CPU time of a process and of those it made. */
function treeCpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  const others = children === '' ? [] : children.split(' ').map(Number)
  return [pid, ...others].reduce((sum, each) => sum + cpuSeconds(each), 0)
}

/** Asks for one policy until it comes; gives how long after `startedAt` its first byte came. */
async function firstPolicy(caFile: string, startedAt: number): Promise<number> {
  const ca = readFileSync(caFile)
  for (;;) {
    const seen = await new Promise<boolean>(resolve => {
      const host = 'mta-sts.d7.test'
      const socket = connect({ host: '127.0.0.1', port: OUR_PORT, servername: host, ca })
      socket.write(`GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString('latin1').startsWith('HTTP/1.1 200'))
        socket.destroy()
      })
      socket.on('error', () => resolve(false))
    })
    if (seen) return performance.now() - startedAt
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error('the policy host serves nothing')
    await delay(2)
  }
}

async function runPolicyLoad(job: PolicyLoadJob, cpu: number | undefined): Promise<PolicyLoadResult> {
  const pin = cpu === undefined ? [] : ['taskset', '-c', String(cpu)]
  const script = nodeArguments('bench/policy-load.ts', JSON.stringify(job))
  return JSON.parse(await runCommandLine([...pin, process.execPath, ...script])) as PolicyLoadResult
}

function runNode(argv: readonly string[]): Promise<string> {
  return runCommandLine([process.execPath, ...argv])
}

async function runCommandLine([file = '', ...args]: readonly string[]): Promise<string> {
  const { code, output } = await runCommand(file, args)
  if (code !== 0) throw new Error(`${[file, ...args].join(' ')} failed (${code}):\n${output}`)
  return output
}
