/**
 * A process that asks a socketmap server over N connections, each strictly request then reply.
 *
 * Shape: `node load-generator.ts JOB`, a `LoadJob` in JSON; prints a `LoadResult` in JSON.
 * Everything a lookup needs is made beforehand: one call to read, one to write, one to the clock.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type DomainRange, namesOf } from './domains.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { cpuSeconds } from './process-cost.ts'
import { ReplyReader, type ReplyStatus } from './reply-reader.ts'

export interface LoadJob {
  readonly port: number
  readonly mapName: string
  readonly connections: number
  readonly domains: readonly DomainRange[]
  /** Whose CPU time is counted. */
  readonly serverPid: number
  /** A fixed time of random names in rounds, or each name once. */
  readonly plan:
    | {
        readonly kind: 'random'
        readonly warmUpMs: number
        readonly rounds: number
        readonly roundMs: number
      }
    | { readonly kind: 'each' }
}

/** One round as measured. */
export interface LoadRound {
  readonly lookups: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuSeconds: number
  readonly generatorCpuSeconds: number
  readonly replies: Readonly<Record<ReplyStatus, number>>
}

export interface LoadResult {
  readonly rounds: readonly LoadRound[]
  /** Connections that the server ended or refused. */
  readonly lostConnections: number
}

const READ_BUFFER_BYTES = 16_384

class LoadGenerator {
  readonly #job: LoadJob
  readonly #requests: readonly Buffer[]
  readonly #latencies = new LatencyHistogram()
  #replies = emptyCounts()
  #next = 0
  #random = 0x9e3779b9
  #stopped = false
  #waiting = 0
  #lostConnections = 0
  readonly #finished = Promise.withResolvers<void>()
  readonly #sockets: Socket[] = []

  constructor(job: LoadJob) {
    this.#job = job
    this.#requests = namesOf(job.domains).map(name => encodeRequest(`${job.mapName} ${name}`))
    shuffle(this.#requests as Buffer[])
  }

  async run(): Promise<LoadResult> {
    const { plan, connections } = this.#job
    const rounds: LoadRound[] = []
    if (plan.kind === 'each') {
      const end = this.#beginRound()
      for (let i = 0; i < connections; i += 1) this.#connect()
      await this.#finished.promise
      rounds.push(end())
    } else {
      for (let i = 0; i < connections; i += 1) this.#connect()
      await delay(plan.warmUpMs)
      for (let i = 0; i < plan.rounds; i += 1) {
        const end = this.#beginRound()
        await delay(plan.roundMs)
        rounds.push(end())
      }
    }
    this.#stopped = true
    for (const socket of this.#sockets) socket.destroy()
    return { rounds, lostConnections: this.#lostConnections }
  }

  #connect(): void {
    const reader = new ReplyReader()
    let sentAt = 0
    let open = true
    const send = () => {
      const request = this.#nextRequest()
      if (request === undefined) return leave()
      sentAt = performance.now()
      socket.write(request)
    }
    const leave = () => {
      if (!open) return
      open = false
      this.#waiting -= 1
      if (this.#waiting === 0) this.#finished.resolve()
    }
    const socket = connect({
      host: '127.0.0.1',
      port: this.#job.port,
      noDelay: true,
      // One buffer per connection in place of a new one per chunk.
      onread: {
        buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
        callback: (count, bytes) => {
          const status = reader.read(bytes as Uint8Array, count)
          if (status === undefined) return true
          this.#replies[status] += 1
          this.#latencies.record(performance.now() - sentAt)
          send()
          return true
        },
      },
    })
    this.#waiting += 1
    this.#sockets.push(socket)
    socket.once('connect', send)
    socket.on('error', () => {})
    socket.once('close', () => {
      if (!this.#stopped && open) this.#lostConnections += 1
      leave()
    })
  }

  #nextRequest(): Buffer | undefined {
    if (this.#job.plan.kind === 'each') {
      this.#next += 1
      return this.#requests[this.#next - 1]
    }
    // xorshift: cheap, and the same names in the same order for every server.
    this.#random ^= this.#random << 13
    this.#random ^= this.#random >>> 17
    this.#random ^= this.#random << 5
    return this.#requests[(this.#random >>> 0) % this.#requests.length]
  }

  #beginRound(): () => LoadRound {
    const { serverPid } = this.#job
    this.#latencies.clear()
    this.#replies = emptyCounts()
    const startedAt = performance.now()
    const serverBefore = cpuSeconds(serverPid)
    const generatorBefore = process.cpuUsage()
    return () => {
      const seconds = (performance.now() - startedAt) / 1000
      const own = process.cpuUsage(generatorBefore)
      return {
        lookups: this.#latencies.total,
        seconds,
        p50Ms: this.#latencies.quantileMs(0.5),
        p99Ms: this.#latencies.quantileMs(0.99),
        serverCpuSeconds: cpuSeconds(serverPid) - serverBefore,
        generatorCpuSeconds: (own.user + own.system) / 1e6,
        replies: this.#replies,
      }
    }
  }
}

function emptyCounts(): Record<ReplyStatus, number> {
  return { ok: 0, notFound: 0, temporary: 0, permanent: 0, broken: 0 }
}

function encodeRequest(content: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(content)}:${content},`)
}

/** Mixes the kinds of domains, the same way every time. */
function shuffle(list: Buffer[]): void {
  let state = 1
  for (let i = list.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const j = Math.floor((state / 2 ** 32) * (i + 1))
    const swapped = list[i]!
    list[i] = list[j]!
    list[j] = swapped
  }
}

if (import.meta.main) {
  const job = JSON.parse(process.argv[2] ?? '') as LoadJob
  process.stdout.write(`${JSON.stringify(await new LoadGenerator(job).run())}\n`)
}
