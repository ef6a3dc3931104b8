// Fetches policies over TLS as fast as it can, with few requests under way; says what came of it as JSON on stdout.
// Run: policy-load.ts JOB (JSON of PolicyLoadJob)
import { readFileSync } from 'node:fs'
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { LatencyHistogram } from './latency-histogram.ts'

export interface PolicyLoadJob {
  readonly port: number
  readonly caFile: string
  /** Names `mta-sts.d<n>.test` are asked in turn, n from 0. */
  readonly names: number
  readonly connections: number
  /** Whether each request has a connection, and so a full handshake, of its own. */
  readonly isKeptAlive: boolean
  /** Until as many are answered, or the time is over; one of them is given. */
  readonly requests?: number
  readonly seconds?: number
}

export interface PolicyLoadResult {
  readonly answered: number
  readonly failed: number
  readonly seconds: number
  /** Of a whole handshake and request, or of a request alone. */
  readonly medianMs: number
  readonly p99Ms: number
}

const job = JSON.parse(process.argv[2] ?? '{}') as PolicyLoadJob
const secureContext = createSecureContext({ ca: readFileSync(job.caFile) })
const latencies = new LatencyHistogram()
const startedAt = performance.now()
const endsAt = job.seconds === undefined ? Infinity : startedAt + job.seconds * 1000
let [asked, answered, failed] = [0, 0, 0]

await Promise.all(Array.from({ length: job.connections }, () => (job.isKeptAlive ? keepAsking() : askAnew())))
const result: PolicyLoadResult = {
  answered,
  failed,
  seconds: (performance.now() - startedAt) / 1000,
  medianMs: latencies.quantileMs(0.5),
  p99Ms: latencies.quantileMs(0.99),
}
process.stdout.write(JSON.stringify(result))

function goesOn(): boolean {
  return performance.now() < endsAt && (job.requests === undefined || asked < job.requests)
}

function open(host: string): TLSSocket {
  return connect({
    host: '127.0.0.1',
    port: job.port,
    servername: host,
    secureContext,
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.3',
  })
}

function requestFor(host: string, connection: 'close' | 'keep-alive'): string {
  return `GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`
}

/** One connection after the other, none resumed. */
async function askAnew(): Promise<void> {
  while (goesOn()) {
    const host = `mta-sts.d${asked % job.names}.test`
    asked += 1
    const since = performance.now()
    const socket = open(host)
    socket.write(requestFor(host, 'close'))
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    await ended(socket)
    count(text, since)
  }
}

/** Requests one after the other on one connection. */
async function keepAsking(): Promise<void> {
  const host = `mta-sts.d${asked % job.names}.test`
  const socket = open(host)
  const over = ended(socket)
  const request = requestFor(host, 'keep-alive')
  let since = performance.now()
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1')
    // Small enough to come in one piece; the end of the policy tells so.
    if (!text.endsWith('\r\n')) return
    count(text, since)
    if (!goesOn()) return void socket.end()
    asked += 1
    since = performance.now()
    socket.write(request)
  })
  socket.write(request)
  await over
}

function count(text: string, since: number): void {
  if (text.startsWith('HTTP/1.1 200') && text.includes('version: STSv1')) {
    answered += 1
    latencies.record(performance.now() - since)
  } else failed += 1
}

function ended(socket: TLSSocket): Promise<void> {
  return new Promise(resolve => {
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })
}
