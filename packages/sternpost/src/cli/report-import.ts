import { lstatSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { SourceItem, SourceOptions } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, globalOptions, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { keepHeapSmall } from './keep-heap-small.ts'
import { readUntilStopped } from './read-until-stopped.ts'
import { type ImportDoor, NotTakenError } from './report-import-door.ts'
import { formatImportLine, type ImportedDocument, type ImportedFile } from './report-import-line.ts'
import { ImportProgress } from './report-import-progress.ts'
import { ImportSummary } from './report-import-summary.ts'
import { serverOf, worksRemotely } from './server-option.ts'

interface ImportOptions {
  readonly dryRun?: boolean
  readonly type: SourceOptions['form']
}

/** Of documents on their way at once: a bound on memory. */
const MAX_UNDER_WAY_BYTES = 16 * 1024 * 1024
const HEAP_GROWING_PERCENT = 50
/** After so many documents signals get their turn. */
const TURN_DOCUMENTS = 64

export function registerReportImport(report: Command, io: CommandIo): void {
  worksRemotely(report.command('import'))
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
  const stop = new AbortController()
  const openDoor = findDoor(io, options, dryRun === true, stop.signal)
  if (openDoor === undefined || !allThere(io, paths)) return
  keepHeapSmall(HEAP_GROWING_PERCENT)
  const onSignal = () => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  const door = await openDoor()
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
      documentBytes: door.documentBytes,
      form: type,
    })
    const failure = await runImport(items, door, stop.signal, (item, result) => {
      summary.add(result)
      const line = formatImportLine(result, options.json === true)
      if (line !== undefined) {
        progress.clear()
        io.out(line)
      }
      progress.step(item.filesDone)
    })
    progress.clear()
    // Refused at the door: there is nothing to be counted.
    if (failure?.exitCode === exitCode.usage && summary.isEmpty) {
      errLine(io, failure.message)
      return io.end(failure.exitCode)
    }
    const text = summary.format({
      now: io.now(),
      wasStopped: stop.signal.aborted,
      failure: failure?.message,
    })
    if (options.json === true) io.err(text)
    else io.out(text)
    if (failure !== undefined) io.end(failure.exitCode)
    else if (stop.signal.aborted) io.end(exitCode.temporary)
    else if (summary.hasRejected) io.end(exitCode.findings)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await door?.close()
  }
}

/** How to open the door of this machine or of the daemon that is named; undefined where what is wrong was said. */
function findDoor(
  io: CommandIo,
  options: GlobalOptions,
  dryRun: boolean,
  stop: AbortSignal,
): (() => Promise<ImportDoor | undefined>) | undefined {
  const server = serverOf(io, options)
  if (server === 'bad') return undefined
  if (server === undefined) {
    const loaded = needConfig(io, options)
    return (
      loaded && (async () => (await import('./report-import-here.ts')).doorHere(io, loaded.config, dryRun))
    )
  }
  if (!dryRun) return async () => (await import('./report-import-there.ts')).doorThere(server, stop)
  errLine(io, '--dry-run works on this machine only: a daemon stores what it is given')
  io.end(exitCode.usage)
  return undefined
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

/**
 * Hands documents to the door, many at once and told of in their order.
 *
 * @returns why nothing more could be stored, where that is so; what was told of before is on disk.
 */
async function runImport(
  items: AsyncIterable<SourceItem>,
  door: ImportDoor,
  stop: AbortSignal,
  onDone: (item: SourceItem, result: ImportedFile) => void,
): Promise<NotTakenError | undefined> {
  const underWay: {
    readonly item: SourceItem
    readonly bytes: number
    readonly result: Promise<ImportedDocument>
  }[] = []
  let bytesUnderWay = 0
  let count = 0
  const finishOne = async () => {
    const first = underWay.shift()
    if (first === undefined) return
    bytesUnderWay -= first.bytes
    onDone(first.item, { name: first.item.name, ...(await first.result) })
  }
  try {
    for await (const item of items) {
      if (stop.aborted) break
      const result = takeItem(item, door)
      // Told of when its turn comes; until then a failure must not count as unhandled.
      result.catch(() => {})
      const bytes = item.kind === 'document' ? item.bytes.length : 0
      underWay.push({ item, bytes, result })
      bytesUnderWay += bytes
      while (underWay.length >= door.atOnce || bytesUnderWay > MAX_UNDER_WAY_BYTES) await finishOne()
      count += 1
      if (count % TURN_DOCUMENTS === 0) await setImmediate()
    }
    while (underWay.length > 0) await finishOne()
  } catch (error) {
    if (!(error instanceof NotTakenError)) throw error
    await Promise.allSettled(underWay.map(({ result }) => result))
    return error
  }
  return undefined
}

async function takeItem(item: SourceItem, door: ImportDoor): Promise<ImportedDocument> {
  if (item.kind === 'document') return await door.take(item)
  if (item.kind === 'skipped') return { verdict: 'no-report', reason: `skipped: ${item.reason}`, reports: [] }
  return { verdict: 'reject', code: item.code, reason: item.reason, reports: [] }
}
