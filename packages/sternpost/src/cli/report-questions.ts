import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import type { ExportForm, LeftOut, ReportFilter, ReportsDb, TrustFilter } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, needConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { plural } from './text-layout.ts'

/** Options of every question about reports. */
export interface FilterOptions {
  readonly domain?: string
  readonly from?: string
  readonly to?: string
  readonly org?: string
  readonly result?: string
  readonly trust?: TrustFilter
  readonly quarantined?: boolean
  readonly csv?: boolean
}

const trustWords = ['counted', 'any', 'authenticated', 'imported', 'unauthenticated', 'untrusted'] as const

export function addFilterOptions(command: Command, trustDefault: 'any' | 'counted'): Command {
  return command
    .option('--domain <name>', 'reports about this policy domain', text =>
      text.toLowerCase().replace(/\.$/, ''),
    )
    .option('--from <day>', 'first UTC day, such as 2026-03-01', readDay)
    .option('--to <day>', 'last UTC day', readDay)
    .option('--org <name>', 'reports of this organization, as it writes itself')
    .option('--result <type>', 'with failures of this type, such as starttls-not-supported')
    .option('--trust <level>', `${trustWords.join(', ')} (default: ${trustDefault})`, readTrust)
}

export function filterOf(options: FilterOptions): ReportFilter {
  const { domain, from, to, org, result, trust } = options
  return { domain, from, to, organization: org, resultType: result, trust }
}

/** How rows are written where they are not asked for as a text. */
export function formOf({ csv }: FilterOptions): ExportForm {
  return csv === true ? 'csv' : 'lines'
}

/** Answers a question from the database of the configuration; says why where it cannot. */
export async function askReports(
  io: CommandIo,
  options: GlobalOptions,
  question: (db: ReportsDb) => Promise<void>,
): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const [{ createSteadyClock }, { Store }] = await Promise.all([
    import('../base/index.ts'),
    import('../store/index.ts'),
  ])
  const store = new Store({
    dataDir: loaded.config.dataDirectory,
    clock: createSteadyClock(),
    readOnly: true,
    onNotice: () => {},
  })
  if (!existsSync(store.file)) return sayNothingThere(io, `there is no database at ${store.file} yet`)
  await store.open()
  try {
    const answered = await store.read(async db => {
      const tables = await db.introspection.getTables()
      if (tables.some(({ name }) => name === 'reports')) await question(db)
      else
        sayNothingThere(
          io,
          'the database is from before there were reports; the daemon or an import renews it',
        )
      return true
    })
    if (answered === true) return
    const { state } = store
    errLine(io, state.kind === 'ok' ? 'the database does not answer' : `the database fails: ${state.reason}`)
    io.end(exitCode.temporary)
  } finally {
    await store.close()
  }
}

/** Says on standard error that nothing is stored, and what to do about it. */
export function sayNothingThere(io: CommandIo, reason: string): void {
  errLine(io, `${reason}.`)
  io.err(`Reports come by themselves once the TXT record _smtp._tls.DOMAIN names an address (rua=) that
Sternpost reads. To take in what you have: ${io.invokedAs} report import PATH
`)
}

/** What an answer leaves out, in sentences; empty where it is nothing. */
export function leftOutSentences(leftOut: LeftOut): string[] {
  const sentences = leftOut.trust.map(
    ({ level, reportCount }) =>
      `${plural(reportCount, 'more report')} ${level}, not counted (--trust ${level} shows ${reportCount === 1 ? 'it' : 'them'}).`,
  )
  const { quarantinedReportCount: count } = leftOut
  if (count > 0)
    sentences.push(
      `${plural(count, 'more report')} in quarantine, about domains that are not yours (report list --quarantined).`,
    )
  return sentences
}

function readDay(text: string): string {
  const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('a day is written YYYY-MM-DD, such as 2026-03-01.')
  return text
}

function readTrust(text: string): TrustFilter {
  const word = trustWords.find(known => known === text)
  if (word === undefined) throw new InvalidArgumentError(`one of ${trustWords.join(', ')}.`)
  return word
}
