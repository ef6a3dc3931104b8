import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { addDays, dayOf } from '../packages/sternpost/src/reports-received/index.ts'
import { nodeArguments, repositoryRoot } from '../tools/suite.ts'
import type { UsersJob, UsersResult } from './api-users.ts'
import { startServer } from './contender.ts'
import { memoryMegabytes } from './process-cost.ts'
import { runLoad } from './run-load.ts'
import { runNode } from './run-node.ts'
import { DNS_ADDRESS } from './world.ts'

/** How much is asked of the API. */
export interface ApiPlan {
  readonly reports: number
  readonly users: number
  readonly thinkMs: number
  /** Of each round. */
  readonly seconds: number
}

export const apiPlans: Readonly<Record<'full' | 'quick', ApiPlan>> = {
  full: { reports: 2_000_000, users: 20, thinkMs: 1_000, seconds: 60 },
  quick: { reports: 100_000, users: 20, thinkMs: 1_000, seconds: 10 },
}

export interface ApiResult {
  readonly plan: ApiPlan
  /** Nobody looks at the dashboard. */
  readonly alone: UsersResult
  readonly withThinkTime: UsersResult
  readonly withoutThinkTime: UsersResult
  /** The most the daemon ever had. */
  readonly peakMegabytes: number
}

export interface ApiWorld {
  readonly dnsPort: number
  readonly policyPort: number
  readonly caFile: string
}

const DOMAINS = 2_000
const DAYS = 365
/** Domains whose policy the mail server asks for. */
const KNOWN_DOMAINS = 500
const HTTP_PORT = 18_460
const SOCKETMAP_PORT = 18_461
const API = `http://127.0.0.1:${HTTP_PORT}/api/v1`
const MAP_NAME = 'postfix310'
const START_MS = 30_000
/** Pages of the database are read for the first time, and code is compiled. */
const WARM_UP_SECONDS = 10

/** Measures what users of the dashboard wait for, and what a mail server waits for meanwhile. */
export async function measureApi(
  plan: ApiPlan,
  parent: string,
  world: ApiWorld,
  log: (line: string) => void,
): Promise<ApiResult> {
  const folder = mkdtempSync(join(parent, 'api-'))
  const yesterday = addDays(dayOf(Date.now()), -1)
  try {
    log(`api: filling a database with ${plan.reports} reports`)
    const fill = { folder: join(folder, 'state'), reports: plan.reports, domains: DOMAINS, days: DAYS }
    await runNode(nodeArguments('bench/fill-api.ts', JSON.stringify({ ...fill, lastDay: yesterday })))
    const server = startServer('sternpost', daemonCommand(folder, world), { cwd: repositoryRoot })
    try {
      await answering()
      await knowDomains(server.pid)
      const job: Omit<UsersJob, 'cookies' | 'thinkMs'> = {
        api: API,
        seconds: plan.seconds,
        warmUpSeconds: WARM_UP_SECONDS,
        world: { reports: plan.reports, domains: DOMAINS, from: addDays(yesterday, -29), to: yesterday },
        socketmap: { port: SOCKETMAP_PORT, mapName: MAP_NAME, knownDomains: KNOWN_DOMAINS },
      }
      const cookies = await signIn(plan.users)
      log('api: the socketmap alone')
      const alone = await runUsers({ ...job, cookies: [], thinkMs: 0 })
      log(`api: ${plan.users} users with ${plan.thinkMs} ms between two calls`)
      const withThinkTime = await runUsers({ ...job, cookies, thinkMs: plan.thinkMs })
      log(`api: ${plan.users} users without a pause`)
      const withoutThinkTime = await runUsers({ ...job, cookies, thinkMs: 0 })
      const { peak } = memoryMegabytes(server.pid)
      return { plan, alone, withThinkTime, withoutThinkTime, peakMegabytes: peak }
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function daemonCommand(folder: string, { dnsPort, policyPort, caFile }: ApiWorld): string[] {
  const config = join(folder, 'sternpost.yaml')
  writeFileSync(
    config,
    `dns:
  resolvers: ['${DNS_ADDRESS}:${dnsPort}']
http:
  listen: '127.0.0.1:${HTTP_PORT}'
outbound:
  socketmap:
    listen: ['127.0.0.1:${SOCKETMAP_PORT}']
  policyFetch:
    port: ${policyPort}
    allowAddresses: ['127.0.0.0/8']
    caFile: ${caFile}
`,
  )
  const script = ['packages/sternpost/dist/main.js', 'serve', '--config', config]
  return [process.execPath, ...script, '--data', join(folder, 'state')]
}

async function answering(): Promise<void> {
  const until = performance.now() + START_MS
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${HTTP_PORT}/health`).catch(() => undefined)
    if (answer !== undefined) return
    if (performance.now() > until) throw new Error('the daemon of the benchmark did not start')
    await delay(50)
  }
}

/** Has the daemon learn the policies first, so that what is measured afterwards asks no DNS. */
async function knowDomains(serverPid: number): Promise<void> {
  await runLoad({
    port: SOCKETMAP_PORT,
    mapName: MAP_NAME,
    connections: 16,
    domains: [{ kind: 'sts', from: 0, count: KNOWN_DOMAINS }],
    serverPid,
    plan: { kind: 'each' },
  })
}

async function runUsers(job: UsersJob): Promise<UsersResult> {
  const { stdout } = await runNode(nodeArguments('bench/api-users.ts', JSON.stringify(job)))
  const result = JSON.parse(stdout) as UsersResult
  if (result.failed > 0) throw new Error(`${result.failed} calls failed; the first: ${result.firstFailure}`)
  return result
}

/** One session for each user. The first of them is made as the program allows at the machine itself when it is new. */
async function signIn(users: number): Promise<string[]> {
  const [name, password] = ['bench', 'a password of the benchmark']
  await post('/users', { name, password, role: 'admin' })
  const cookies: string[] = []
  for (let index = 0; index < users; index += 1) cookies.push(await post('/session', { name, password }))
  return cookies
}

/** Sends JSON as a program does, which no browser's signs go with; gives the cookie that came back. */
function post(path: string, body: object): Promise<string> {
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  return new Promise((resolve, reject) => {
    const sent = request(API + path, { method: 'POST', headers }, response => {
      let answer = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      response.once('end', () => {
        const { statusCode = 0, headers: got } = response
        if (statusCode >= 400) reject(new Error(`POST ${path}: ${statusCode} ${answer.slice(0, 300)}`))
        else resolve((got['set-cookie'] ?? []).map(cookie => cookie.split(';')[0]).join('; '))
      })
    })
    sent.once('error', reject)
    sent.end(text)
  })
}
