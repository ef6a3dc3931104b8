import type { Config } from '../config/index.ts'
import type { AcceptedReport, IntakeVerdict, ReportIntake, ToldReport } from '../reports-received/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { type ImportDoor, NotTakenError, type SourceDocument } from './report-import-door.ts'
import type { ImportedDocument } from './report-import-line.ts'

/** Documents on their way at once: enough to fill a transaction, and a bound on memory. */
const MAX_UNDER_WAY = 256
/** How often a database that another program is writing to is tried again. */
const STORE_TRIES = 10
const STORE_RETRY_MS = 500

/** The door of this machine; undefined, with the reason said, where it could store nothing. */
export async function doorHere(
  io: CommandIo,
  config: Config,
  dryRun: boolean,
): Promise<ImportDoor | undefined> {
  const [{ createSteadyClock }, { createOutside }, { createLogger }, received, { Store }] = await Promise.all(
    [
      import('../base/index.ts'),
      import('../daemon/index.ts'),
      import('../log/index.ts'),
      import('../reports-received/index.ts'),
      import('../store/index.ts'),
    ],
  )
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, readOnly: dryRun, onNotice: () => {} })
  if (!dryRun) {
    await store.open()
    if (store.state.kind !== 'ok') {
      errLine(io, `nothing can be stored in ${store.file}: ${store.state.reason}`)
      io.end(exitCode.temporary)
      await store.close()
      return undefined
    }
  }
  const { dns } = createOutside(config, clock.now)
  const intake = new received.ReportIntake({
    store,
    clock,
    dns,
    dryRun,
    limits: config.reportsReceived.limits,
    ourDomains: received.ownDomains(config.reportsReceived.domains),
    // What is said of single reports stands in the lines printed here.
    log: createLogger({ ...config.log, level: 'silent' }, { isTerminal: false, color: false }),
  })
  const { documentBytes } = config.reportsReceived.limits
  return {
    documentBytes,
    atOnce: MAX_UNDER_WAY,
    take: async document => readVerdict(await take(document, intake, io.now), received.tellReport),
    async close() {
      dns.close()
      await store.close()
    },
  }
}

async function take(
  { bytes, fileName }: SourceDocument,
  intake: ReportIntake,
  now: () => number,
): Promise<IntakeVerdict> {
  const { ReportNotStoredError } = await import('../reports-received/index.ts')
  const document = {
    channel: 'import',
    bytes,
    receivedAt: now(),
    ...(fileName === undefined ? {} : { fileName }),
  } as const
  for (let tries = 1; ; tries += 1) {
    try {
      return await intake.take(document)
    } catch (error) {
      if (!(error instanceof ReportNotStoredError)) throw error
      if (tries >= STORE_TRIES) throw new NotTakenError(error.message)
      await new Promise(resolve => setTimeout(resolve, STORE_RETRY_MS))
    }
  }
}

function readVerdict(
  { reports, ...rest }: IntakeVerdict,
  tell: (report: AcceptedReport) => ToldReport,
): ImportedDocument {
  return {
    ...rest,
    reports: reports.map(report => ({
      isDuplicate: report.isDuplicate,
      isQuarantined: report.isQuarantined,
      tell: () => tell(report),
    })),
  }
}
