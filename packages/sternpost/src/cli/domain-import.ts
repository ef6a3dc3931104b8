import { readFileSync, statSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import type { MxHostPattern } from '@sternpost/protocol'
import { IMPORT_BATCH, type ImportedDomain } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { type CsvLine, readDomainCsv } from './domain-csv.ts'
import { atDomainDesk, type DomainDesk } from './domain-desk.ts'
import { WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { formatSeconds } from './progress-line.ts'
import { ImportProgress } from './report-import-progress.ts'
import { plural } from './text-layout.ts'

export interface ImportOptions extends GlobalOptions {
  readonly update?: boolean
  readonly allOrNothing?: boolean
  readonly dryRun?: boolean
}

const MAX_FILE_BYTES = 256 * 1024 * 1024
/** Lines told of at most; the summary has the count of all. */
const MAX_TOLD = 1_000

interface Bad {
  readonly line: number
  readonly message: string
}

interface Outcome {
  added: number
  changed: number
  unchanged: number
  readonly bad: Bad[]
}

/** `domain import`: adds what is not there, changes nothing that is there unless asked to; doing it twice does it once. */
export async function importDomains(io: CommandIo, options: ImportOptions, file: string): Promise<void> {
  await atDomainDesk(io, options, 'write', async desk => {
    const startedAt = io.now()
    const lines = readDomainCsv(await readFile(file))
    const progress = new ImportProgress({
      isShown: io.stderrIsTerminal,
      now: io.now,
      draw: text => io.err(text),
      files: () => lines,
    })
    const outcome: Outcome = { added: 0, changed: 0, unchanged: 0, bad: [] }
    const good = await withPatterns(desk, lines, outcome.bad)
    const isRefused = options.allOrNothing === true && outcome.bad.length > 0
    if (!isRefused && options.dryRun !== true) {
      try {
        let done = lines.length - good.length
        for (let from = 0; from < good.length; from += IMPORT_BATCH) {
          const batch = good.slice(from, from + IMPORT_BATCH)
          await storeBatch(desk, batch, options.update === true, outcome)
          for (const _ of batch) {
            done += 1
            progress.step(done)
          }
        }
      } catch (error) {
        progress.clear()
        const { added, changed } = outcome
        if (added + changed > 0)
          errLine(
            io,
            `it broke off when ${plural(added, 'domain')} had been added and ${changed} changed; given again, the command goes on from there`,
          )
        throw error
      }
    }
    progress.clear()
    outcome.bad.sort((a, b) => a.line - b.line)
    if (options.json === true) outJson(io, outcome)
    else {
      for (const { line, message } of outcome.bad.slice(0, MAX_TOLD)) errLine(io, `line ${line}: ${message}`)
      io.out(
        `${summaryOf(outcome, good.length, options, isRefused)} in ${formatSeconds((io.now() - startedAt) / 1000)}.\n`,
      )
    }
    if (outcome.bad.length > 0) io.end(exitCode.findings)
  })
}

interface GoodLine extends ImportedDomain {
  readonly line: number
  readonly patterns: readonly MxHostPattern[]
}

/** Lines with the patterns they name or, where they name none, of the MX hosts that DNS names. */
async function withPatterns(desk: DomainDesk, lines: readonly CsvLine[], bad: Bad[]): Promise<GoodLine[]> {
  const readable = lines.filter(line => line.ok)
  bad.push(...lines.filter(line => !line.ok).map(({ line, message }) => ({ line, message })))
  const found = await desk.importPatterns(readable)
  return readable.flatMap(({ line, domain, wishes }, at) => {
    const answer = found[at]
    if (answer?.ok === true) return [{ line, domain, wishes, patterns: answer.patterns }]
    bad.push({ line, message: answer?.message ?? 'nothing was said of it' })
    return []
  })
}

async function storeBatch(
  desk: DomainDesk,
  batch: readonly GoodLine[],
  update: boolean,
  outcome: Outcome,
): Promise<void> {
  const states = await desk.importBatch(batch, { update })
  for (const [at, { line }] of batch.entries()) {
    const state = states[at] ?? { message: 'nothing was said of it' }
    if (typeof state === 'string') outcome[state] += 1
    else outcome.bad.push({ line, message: state.message })
  }
}

function summaryOf(
  { added, changed, unchanged, bad }: Outcome,
  good: number,
  options: ImportOptions,
  isRefused: boolean,
): string {
  const broken = bad.length === 0 ? '' : `, ${plural(bad.length, 'bad line')}`
  if (isRefused) return `Nothing was added, as --all-or-nothing says${broken}`
  if (options.dryRun === true) return `${plural(good, 'domain')} could be added${broken}`
  const left =
    unchanged === 0 ? '' : `, ${plural(unchanged, 'was', 'were')} here already and stay as they are`
  const renewed = options.update === true ? `, ${plural(changed, 'changed', 'changed')}` : ''
  return `${plural(added, 'domain')} added${renewed}${left}${broken}`
}

async function readFile(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin)
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new WishError(`${file} is larger than 256 MiB`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof WishError) throw error
    throw new WishError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
