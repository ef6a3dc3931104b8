/**
 * A process of users who walk through the screens of a dashboard, and of a mail server that asks meanwhile.
 *
 * Shape: `node api-users.ts JOB`, a `UsersJob` in JSON; prints a `UsersResult` in JSON.
 */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ScreenWorld, screenCalls } from './api-screens.ts'
import { domainName } from './domains.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { ReplyReader } from './reply-reader.ts'
import { createRandom } from './sample-reports.ts'

export interface UsersJob {
  /** `http://127.0.0.1:8460/api/v1`. */
  readonly api: string
  /** Cookie of a signed-in user, one for each. */
  readonly cookies: readonly string[]
  readonly thinkMs: number
  readonly seconds: number
  /** What is answered in the first so many seconds does not count. */
  readonly warmUpSeconds: number
  readonly world: ScreenWorld
  readonly socketmap: { readonly port: number; readonly mapName: string; readonly knownDomains: number }
}

export interface Latency {
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

export interface UsersResult {
  readonly calls: readonly (Latency & { readonly key: string })[]
  readonly socketmap: Latency
  readonly callsPerSecond: number
  /** Answers that were none: what stood in the first of them, and how many. */
  readonly failed: number
  readonly firstFailure: string | undefined
}

/** How often the mail server asks: a busy one, with a hundred deliveries in a second. */
const ASK_EVERY_MS = 10

const job = JSON.parse(process.argv[2] ?? '') as UsersJob
const countsFrom = performance.now() + job.warmUpSeconds * 1000
const endsAt = countsFrom + job.seconds * 1000
const latencies = new Map<string, LatencyHistogram>()
let failed = 0
let firstFailure: string | undefined
const socketmap = new LatencyHistogram()
await Promise.all([...job.cookies.map(walk), askSocketmap()])
const calls = [...latencies].map(([key, histogram]) => ({ key, ...summary(histogram) }))
const result: UsersResult = {
  calls,
  socketmap: summary(socketmap),
  callsPerSecond: calls.reduce((sum, { count }) => sum + count, 0) / job.seconds,
  failed,
  firstFailure,
}
process.stdout.write(JSON.stringify(result))

function summary(histogram: LatencyHistogram): Latency {
  return {
    count: histogram.total,
    p50Ms: histogram.quantileMs(0.5),
    p95Ms: histogram.quantileMs(0.95),
    p99Ms: histogram.quantileMs(0.99),
  }
}

/** One user: a screen, its calls one after the other, a moment to read, another screen. */
async function walk(cookie: string, index: number): Promise<void> {
  const random = createRandom(index)
  const pick = (count: number) => Math.floor(random() * count)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const etags = new Map<string, string>()
  // Not all at the same moment.
  await delay(random() * Math.max(200, job.thinkMs))
  while (performance.now() < endsAt) {
    const screens = screenCalls(job.world, pick)
    for (const { key, path } of screens[pick(screens.length)]!.calls) {
      const askedAt = performance.now()
      const status = await call(agent, cookie, path, etags)
      if (status !== undefined) {
        failed += 1
        firstFailure ??= `${path}: ${status}`
      } else if (askedAt >= countsFrom) {
        const histogram = latencies.get(key) ?? new LatencyHistogram()
        latencies.set(key, histogram)
        histogram.record(performance.now() - askedAt)
      }
      if (job.thinkMs > 0) await delay(job.thinkMs * (0.5 + random()))
      if (performance.now() >= endsAt) break
    }
  }
  agent.destroy()
}

/** Asks as a browser does; undefined, or what went wrong. */
function call(
  agent: Agent,
  cookie: string,
  path: string,
  etags: Map<string, string>,
): Promise<string | undefined> {
  const etag = etags.get(path)
  return new Promise(resolve => {
    const sent = request(
      job.api + path,
      {
        agent,
        headers: {
          cookie,
          'accept-encoding': 'gzip',
          ...(etag === undefined ? {} : { 'if-none-match': etag }),
        },
      },
      response => {
        const { statusCode = 0, headers } = response
        if (headers.etag !== undefined) etags.set(path, headers.etag)
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          if (statusCode >= 400) body += chunk
        })
        response.once('end', () =>
          resolve(statusCode < 400 ? undefined : `${statusCode} ${body.slice(0, 300)}`),
        )
      },
    )
    sent.once('error', error => resolve(error.message))
    sent.end()
  })
}

/** Asks for a known name every so often, over one connection, as Postfix's proxymap does. */
async function askSocketmap(): Promise<void> {
  const { port, mapName, knownDomains } = job.socketmap
  const socket = connect({ port, host: '127.0.0.1' }).setNoDelay(true)
  const random = createRandom(99)
  const reader = new ReplyReader()
  let answered = () => {}
  socket.on('data', (bytes: Buffer) => {
    if (reader.read(bytes, bytes.length) !== undefined) answered()
  })
  while (performance.now() < endsAt) {
    const text = `${mapName} ${domainName('sts', Math.floor(random() * knownDomains))}`
    const askedAt = performance.now()
    const reply = new Promise<void>(resolve => {
      answered = resolve
    })
    socket.write(`${text.length}:${text},`)
    await reply
    if (askedAt >= countsFrom) socketmap.record(performance.now() - askedAt)
    await delay(Math.max(0, ASK_EVERY_MS - (performance.now() - askedAt)))
  }
  socket.destroy()
}
