// Measures what reading reports costs one processor: `measure-parse.ts '{"reports":N,"rounds":N}'`, JSON on stdout.
import { gunzipSync, type ZlibOptions } from 'node:zlib'
import {
  type IncomingDocument,
  readReports,
  unpackDocument,
} from '../packages/sternpost/src/reports-received/testing/index.ts'
import { type SampleReport, sampleReport } from './sample-reports.ts'

export interface ParsePlan {
  readonly reports: number
  readonly rounds: number
}

/** Reports in a second, and in a second of processor time (garbage collection and all threads included). */
export interface ParseRate {
  readonly perSecond: number
  readonly perCpuSecond: number
}

/** `floor` is gunzip and `JSON.parse` with a buffer of fitting size, `plain` the same as Node does it by itself. */
export interface ParseResult extends Record<'floor' | 'plain' | 'gzip' | 'mail', ParseRate> {
  readonly reports: number
  readonly jsonBytes: number
  readonly gzipBytes: number
  readonly mailBytes: number
  /** Our rate as a share of the floor's, each measured beside the other: median of the rounds. */
  readonly gzipOfFloor: number
  readonly mailOfFloor: number
}

const limits = { documentBytes: 20 << 20, unpackedBytes: 32 << 20, ratio: 200, members: 1000, nesting: 3 }

const plan = JSON.parse(process.argv[2] ?? '') as ParsePlan
const samples = Array.from({ length: plan.reports }, (_, index) => sampleReport(index))
/** Most reports fit; Node's own 16 KiB for each cost a third of the rate. */
const FITTING_BYTES = 4096
const rounds = {
  floor: [] as ParseRate[],
  plain: [] as ParseRate[],
  gzip: [] as ParseRate[],
  mail: [] as ParseRate[],
}
// The first round warms up and does not count.
for (let round = 0; round <= plan.rounds; round += 1) {
  const floor = await timed(() => inflateAll({ chunkSize: FITTING_BYTES }))
  const plain = await timed(() => inflateAll({}))
  const gzip = await timed(() => readAll(({ gzip, fileName }) => ({ bytes: gzip, fileName })))
  const mail = await timed(() => readAll(({ mail }) => ({ bytes: mail })))
  if (round === 0) continue
  rounds.floor.push(floor)
  rounds.plain.push(plain)
  rounds.gzip.push(gzip)
  rounds.mail.push(mail)
}
const mean = (size: (sample: SampleReport) => number) =>
  samples.reduce((sum, sample) => sum + size(sample), 0) / samples.length
const ofFloor = (rates: readonly ParseRate[]) =>
  median(rates.map(({ perCpuSecond }, round) => perCpuSecond / (rounds.floor[round]?.perCpuSecond ?? 0)))
const result: ParseResult = {
  reports: plan.reports,
  jsonBytes: mean(({ json }) => json.length),
  gzipBytes: mean(({ gzip }) => gzip.length),
  mailBytes: mean(({ mail }) => mail.length),
  floor: medianRate(rounds.floor),
  plain: medianRate(rounds.plain),
  gzip: medianRate(rounds.gzip),
  mail: medianRate(rounds.mail),
  gzipOfFloor: ofFloor(rounds.gzip),
  mailOfFloor: ofFloor(rounds.mail),
}
process.stdout.write(JSON.stringify(result))

async function inflateAll(options: ZlibOptions): Promise<void> {
  for (const { gzip } of samples) seen(JSON.parse(gunzipSync(gzip, options).toString('utf8')) !== undefined)
}

async function readAll(pick: (sample: SampleReport) => { bytes: Buffer; fileName?: string }): Promise<void> {
  for (const sample of samples) {
    const document: IncomingDocument = { channel: 'import', receivedAt: 0, ...pick(sample) }
    const unpacked = await unpackDocument(document, limits)
    seen(unpacked.kind === 'reports' && readReports(unpacked.reports).read.length === 1)
  }
}

/** Fails on the first report that was not read, so that no error passes for speed. */
function seen(isRead: boolean): void {
  if (!isRead) throw new Error('a report of the benchmark was not read')
}

async function timed(run: () => Promise<void>): Promise<ParseRate> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - startedAt) / 1000
  return { perSecond: plan.reports / seconds, perCpuSecond: plan.reports / ((user + system) / 1e6) }
}

function medianRate(rates: readonly ParseRate[]): ParseRate {
  return {
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    perCpuSecond: median(rates.map(({ perCpuSecond }) => perCpuSecond)),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
