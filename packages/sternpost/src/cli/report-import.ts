import { lstatSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { Config } from '../config/index.ts'
import type { IntakeVerdict, ReportIntake, SourceItem, SourceOptions } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, globalOptions, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { keepHeapSmall } from './keep-heap-small.ts'
import { readUntilStopped } from './read-until-stopped.ts'
import { formatImportLine, type ImportedFile } from './report-import-line.ts'
import { ImportProgress } from './report-import-progress.ts'
import { ImportSummary } from './report-import-summary.ts'

interface ImportOptions {
  readonly dryRun?: boolean
  readonly type: SourceOptions['form']
}

/** Documents on their way at once: enough to fill a transaction, and a bound on memory. */
const MAX_UNDER_WAY = 256
const MAX_UNDER_WAY_BYTES = 16 * 1024 * 1024
const HEAP_GROWING_PERCENT = 50
/** After so many documents signals get their turn. */
const TURN_DOCUMENTS = 64
/** How often a database that another program is writing to is tried again. */
const STORE_TRIES = 10
const STORE_RETRY_MS = 500

export function registerReportImport(report: Command, io: CommandIo): void {
  report
    .command('import')
    .description(
      'take in reports from files: JSON, gzip, zip, mail, mbox, Maildir, whole folders, - for stdin',
    )
    .argument('<path...>', 'files and folders; folders are read with all that is in them')
    .option('--dry-run', 'read everything, store nothing')
    .addOption(
      new Option('--type <form>', 'whether a file holds several mails (mbox) or is one document (single)')
        .choices(['auto', 'mbox', 'single'])
        .default('auto'),
    )
    .action(async (paths: string[], options: ImportOptions, command: Command) => {
      await importReports(io, globalOptions(command), paths, options)
    })
}

async function importReports(
  io: CommandIo,
  options: GlobalOptions,
  paths: readonly string[],
  { dryRun, type }: ImportOptions,
): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined || !allThere(io, paths)) return
  keepHeapSmall(HEAP_GROWING_PERCENT)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  const door = await openDoor(io, loaded.config, dryRun === true)
  try {
    if (door === undefined) return
    const { readSources, walkFiles } = await import('../reports-received/index.ts')
    const progress = new ImportProgress({
      isShown: io.stderrIsTerminal,
      now: io.now,
      draw: text => io.err(text),
      files: () => walkFiles(paths.filter(path => path !== '-')),
    })
    const summary = new ImportSummary({ isDryRun: dryRun === true, elapsedSince: io.now() })
    const items = readSources({
      paths,
      standardInput: readUntilStopped(process.stdin, stop.signal),
      documentBytes: loaded.config.reportsReceived.limits.documentBytes,
      form: type,
    })
    const failure = await runImport(items, door.intake, io.now, stop.signal, (item, result) => {
      summary.add(result)
      const line = formatImportLine(result, options.json === true)
      if (line !== undefined) {
        progress.clear()
        io.out(line)
      }
      progress.step(item.filesDone)
    })
    progress.clear()
    const text = summary.format({ now: io.now(), wasStopped: stop.signal.aborted, failure })
    if (options.json === true) io.err(text)
    else io.out(text)
    if (failure !== undefined || stop.signal.aborted) io.end(exitCode.temporary)
    else if (summary.hasRejected) io.end(exitCode.findings)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await door?.close()
  }
}

/** Whether every path named exists; one that does not is a typing error and nothing is begun. */
function allThere(io: CommandIo, paths: readonly string[]): boolean {
  const missing = paths.filter(
    path => path !== '-' && lstatSync(path, { throwIfNoEntry: false }) === undefined,
  )
  for (const path of missing) errLine(io, `${path}: there is no such file or folder`)
  if (missing.length > 0) io.end(exitCode.usage)
  return missing.length === 0
}

/** The intake of this configuration; undefined, with the reason said, where it could store nothing. */
async function openDoor(
  io: CommandIo,
  config: Config,
  dryRun: boolean,
): Promise<{ readonly intake: ReportIntake; close(): Promise<void> } | undefined> {
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
  return {
    intake,
    async close() {
      dns.close()
      await store.close()
    },
  }
}

/**
 * Hands documents to the intake, many at once and told of in their order.
 *
 * @returns why nothing more could be stored, where that is so; what was told of before is on disk.
 */
async function runImport(
  items: AsyncIterable<SourceItem>,
  intake: ReportIntake,
  now: () => number,
  stop: AbortSignal,
  onDone: (item: SourceItem, result: ImportedFile) => void,
): Promise<string | undefined> {
  const { ReportNotStoredError } = await import('../reports-received/index.ts')
  const underWay: {
    readonly item: SourceItem
    readonly bytes: number
    readonly verdict: Promise<IntakeVerdict>
  }[] = []
  let bytesUnderWay = 0
  let count = 0
  const finishOne = async () => {
    const first = underWay.shift()
    if (first === undefined) return
    bytesUnderWay -= first.bytes
    onDone(first.item, { name: first.item.name, ...(await first.verdict) })
  }
  try {
    for await (const item of items) {
      if (stop.aborted) break
      const verdict = takeItem(item, intake, now)
      // Told of when its turn comes; until then a failure must not count as unhandled.
      verdict.catch(() => {})
      const bytes = item.kind === 'document' ? item.bytes.length : 0
      underWay.push({ item, bytes, verdict })
      bytesUnderWay += bytes
      while (underWay.length >= MAX_UNDER_WAY || bytesUnderWay > MAX_UNDER_WAY_BYTES) await finishOne()
      count += 1
      if (count % TURN_DOCUMENTS === 0) await setImmediate()
    }
    while (underWay.length > 0) await finishOne()
  } catch (error) {
    if (!(error instanceof ReportNotStoredError)) throw error
    await Promise.allSettled(underWay.map(({ verdict }) => verdict))
    return error.message
  }
  return undefined
}

async function takeItem(item: SourceItem, intake: ReportIntake, now: () => number): Promise<IntakeVerdict> {
  if (item.kind === 'skipped') return { verdict: 'no-report', reason: `skipped: ${item.reason}`, reports: [] }
  if (item.kind === 'unreadable') {
    return { verdict: 'reject', code: item.code, reason: item.reason, reports: [] }
  }
  const { ReportNotStoredError } = await import('../reports-received/index.ts')
  const document = {
    channel: 'import',
    bytes: item.bytes,
    receivedAt: now(),
    ...(item.fileName === undefined ? {} : { fileName: item.fileName }),
  } as const
  for (let tries = 1; ; tries += 1) {
    try {
      return await intake.take(document)
    } catch (error) {
      if (!(error instanceof ReportNotStoredError) || tries >= STORE_TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, STORE_RETRY_MS))
    }
  }
}
