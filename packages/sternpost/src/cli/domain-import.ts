import { readFileSync, statSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import type { DomainName } from '@sternpost/protocol'
import pLimit from 'p-limit'
import { createOutside } from '../daemon/index.ts'
import { changeOf, lookUpMx, type NewDomain, newDomain, proposePatterns } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { type CsvLine, readDomainCsv } from './domain-csv.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'
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
/** Domains of one transaction. */
const BATCH = 250
/** Questions to the resolver at once. */
const MAX_LOOKUPS = 32
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
  await atPublishDesk(io, options, 'write', async desk => {
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
      let done = lines.length - good.length
      for (let from = 0; from < good.length; from += BATCH) {
        const batch = good.slice(from, from + BATCH)
        await storeBatch(desk, batch, options.update === true, outcome)
        for (const _ of batch) {
          done += 1
          progress.step(done)
        }
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

type GoodLine = Extract<CsvLine, { ok: true }> & { readonly wanted: NewDomain }

/** Lines with the patterns they name or, where they name none, of the MX hosts that DNS names. */
async function withPatterns(desk: PublishDesk, lines: readonly CsvLine[], bad: Bad[]): Promise<GoodLine[]> {
  const { dns } = createOutside(desk.config, desk.clock.now)
  const limit = pLimit(MAX_LOOKUPS)
  try {
    const read = await Promise.all(
      lines.map(async line => {
        if (!line.ok) {
          bad.push(line)
          return []
        }
        const { domain, wishes } = line
        const isNamed = wishes.mxHostPatterns !== undefined && wishes.mxHostPatterns.length > 0
        if (isNamed || wishes.mode === 'none')
          return [{ ...line, wanted: newDomain(domain, wishes, wishes.mxHostPatterns ?? []) }]
        const seen = await limit(() => lookUpMx(dns, domain))
        if ('hosts' in seen)
          return [{ ...line, wanted: newDomain(domain, wishes, proposePatterns(seen.hosts)) }]
        const reason = seen.kind === 'null' ? 'it takes no mail (RFC 7505)' : seen.reason
        bad.push({ line: line.line, message: `${domain}: no MX host is known: ${reason}` })
        return []
      }),
    )
    return read.flat()
  } finally {
    dns.close()
  }
}

async function storeBatch(
  { publish }: PublishDesk,
  batch: readonly GoodLine[],
  update: boolean,
  outcome: Outcome,
): Promise<void> {
  const added = new Set<DomainName>(
    (await publish.addServed(batch.map(({ wanted }) => wanted))).map(({ domain }) => domain),
  )
  outcome.added += added.size
  for (const { domain, wishes } of batch) {
    if (added.has(domain)) continue
    const before = update ? await publish.get(domain) : undefined
    const change = before === undefined ? undefined : changeOf(before, wishes)
    if (before === undefined || JSON.stringify({ ...before, ...change }) === JSON.stringify(before)) {
      outcome.unchanged += 1
      continue
    }
    await publish.update(domain, current => changeOf(current, wishes))
    outcome.changed += 1
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
