// Measures how many gz reports per second one process stores: `import-rate.ts COUNT [FOLDER]`.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createSteadyClock } from '../../base/index.ts'
import { createLogger } from '../../log/index.ts'
import { Store } from '../../store/index.ts'
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
const documents = Array.from({ length: Number(count) }, (_, index) => {
  const day = new Date(Date.UTC(2026, 0, 1) + (Math.floor(index / 1000) % 300) * 86_400_000)
  return gzipSync(
    reportJson({
      organization: organizations[index % organizations.length] as string,
      domain: `d${Math.floor(index / 5) % 200}.example`,
      day: day.toISOString().slice(0, 10),
      reportId: `report-${index}`,
      failure: index % 10 === 0 ? 3 : 0,
    }),
  )
})
const rssBefore = process.memoryUsage.rss()
let next = 0
const started = performance.now()
const cpu = process.cpuUsage()
let took = 0
await Promise.all(
  Array.from({ length: 512 }, async () => {
    for (let index = next++; index < documents.length; index = next++) {
      const bytes = documents[index] as Buffer
      const verdict = await intake.take({
        channel: 'import',
        bytes,
        fileName: `r${index}.json.gz`,
        receivedAt: Date.now(),
      })
      if (verdict.verdict === 'report') took += 1
    }
  }),
)
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(cpu)
await store.close()
console.error(
  JSON.stringify({
    reports: took,
    perSecond: Math.round(took / seconds),
    perCpuSecond: Math.round(took / ((user + system) / 1e6)),
    bytesPerReport: Math.round(statSync(join(dataDir, 'sternpost.db')).size / documents.length),
    rssMiBBefore: Math.round(rssBefore / 2 ** 20),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }),
)
if (folder === undefined) rmSync(dataDir, { recursive: true, force: true })
