// Measures how many gz reports per second one process stores: `import-rate.ts COUNT [FOLDER]`.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createSteadyClock } from '../../base/index.ts'
import { createLogger } from '../../log/index.ts'
import { Store } from '../../store/index.ts'
import type { IncomingDocument } from '../document.ts'
import { ReportIntake } from '../ingest.ts'
import { reportJson } from './report-json.ts'

const [count = '20000', folder] = process.argv.slice(2)
const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'sternpost-import-'))
const clock = createSteadyClock()
const store = new Store({ dataDir, clock, onNotice: notice => console.error(notice) })
await store.open()
const intake = new ReportIntake({
  store,
  clock,
  dns: {
    lookup: () => {
      throw new Error('files need no DNS')
    },
  },
  limits: { documentBytes: 20 << 20, unpackedBytes: 32 << 20, ratio: 200, members: 1000, nesting: 3 },
  ourDomains: () => true,
  log: createLogger({ level: 'warn', format: 'json' }, { isTerminal: false, color: false }),
})
const organizations = ['Google Inc.', 'Microsoft Corporation', 'Mail.ru', 'Comcast', 'GMX']
/** Made between the measured parts, so that making them counts in neither time nor memory. */
const SLICE = 10_000

function makeDocuments(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, offset) => {
    const index = from + offset
    const day = new Date(Date.UTC(2026, 0, 1) + (Math.floor(index / 1000) % 300) * 86_400_000)
    const json = reportJson({
      organization: organizations[index % organizations.length] as string,
      domain: `d${Math.floor(index / 5) % 2000}.example`,
      day: day.toISOString().slice(0, 10),
      reportId: `report-${index}`,
      failure: index % 10 === 0 ? 3 : 0,
    })
    return gzipSync(json, { windowBits: 12, memLevel: 5, chunkSize: 1024 })
  })
}

async function importAll(documents: readonly Buffer[]): Promise<void> {
  let next = 0
  const takeNext = async () => {
    for (let index = next++; index < documents.length; index = next++) {
      const bytes = documents[index] as Buffer
      const document = { channel: 'import', bytes, fileName: `r${index}.json.gz`, receivedAt: Date.now() }
      const { verdict } = await intake.take(document as IncomingDocument)
      if (verdict !== 'report') throw new Error(`a report was taken for ${verdict}`)
    }
  }
  await Promise.all(Array.from({ length: 512 }, takeNext))
}

const total = Number(count)
let [seconds, cpuSeconds] = [0, 0]
for (let from = 0; from < total; from += SLICE) {
  const documents = makeDocuments(from, Math.min(from + SLICE, total))
  const started = performance.now()
  const cpu = process.cpuUsage()
  await importAll(documents)
  const { user, system } = process.cpuUsage(cpu)
  const took = (performance.now() - started) / 1000
  console.error(
    `${from + documents.length}: ${Math.round(documents.length / took)} reports/s, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
  )
  seconds += took
  cpuSeconds += (user + system) / 1e6
}
await store.close()
console.error(
  JSON.stringify({
    perSecond: Math.round(total / seconds),
    perCpuSecond: Math.round(total / cpuSeconds),
    bytesPerReport: Math.round(statSync(join(dataDir, 'sternpost.db')).size / total),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }),
)
if (folder === undefined) rmSync(dataDir, { recursive: true, force: true })
