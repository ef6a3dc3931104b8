import { escapeForLine } from '../log/index.ts'
import { formatSeconds } from './progress-line.ts'
import { type ImportedFile, reasonOf } from './report-import-line.ts'
import { formatCount } from './report-import-progress.ts'

/** Groups of reasons that are told apart, and the files named for each. */
const MAX_GROUPS = 20
const MAX_EXAMPLES = 3

interface Group {
  count: number
  readonly examples: string[]
}

export interface SummaryEnd {
  readonly now: number
  readonly wasStopped: boolean
  /** Why nothing more could be stored. */
  readonly failure: string | undefined
}

/** Counts what became of many files, in memory that does not grow with them. */
export class ImportSummary {
  readonly #isDryRun: boolean
  readonly #startedAt: number
  readonly #files = { report: 0, duplicate: 0, 'no-report': 0, reject: 0 }
  readonly #groups = { 'no-report': new Map<string, Group>(), reject: new Map<string, Group>() }
  #reports = 0
  #duplicates = 0
  #quarantined = 0

  constructor(options: { readonly isDryRun: boolean; readonly elapsedSince: number }) {
    this.#isDryRun = options.isDryRun
    this.#startedAt = options.elapsedSince
  }

  /** Nothing was counted. */
  get isEmpty(): boolean {
    return Object.values(this.#files).every(count => count === 0)
  }

  get hasRejected(): boolean {
    return this.#files.reject > 0
  }

  add(file: ImportedFile): void {
    this.#files[file.verdict] += 1
    for (const report of file.reports) {
      if (report.isDuplicate) this.#duplicates += 1
      else this.#reports += 1
      if (report.isQuarantined && !report.isDuplicate) this.#quarantined += 1
    }
    if (file.verdict === 'no-report') this.#group('no-report', reasonOf(file), file.name)
    if (file.verdict === 'reject') this.#group('reject', file.code ?? reasonOf(file), file.name)
  }

  format({ now, wasStopped, failure }: SummaryEnd): string {
    const total = Object.values(this.#files).reduce((sum, count) => sum + count, 0)
    const seconds = Math.max(0.001, (now - this.#startedAt) / 1000)
    const took = `${count(total, 'document')} in ${formatSeconds(seconds)}`
    const did = this.#isDryRun ? 'readable ' : 'accepted '
    const lines = [
      `${did} ${count(this.#reports, 'report')} in ${count(this.#files.report, 'document')}`,
      `duplicate ${count(this.#duplicates, 'report')}`,
      `no report ${count(this.#files['no-report'], 'document')}`,
      ...this.#formatGroups('no-report'),
      `rejected  ${count(this.#files.reject, 'document')}`,
      ...this.#formatGroups('reject'),
      `${took}${this.#isDryRun ? '; nothing was stored (--dry-run)' : ''}`,
    ]
    if (this.#quarantined > 0) {
      const about = this.#quarantined === 1 ? 'is about a domain' : 'are about domains'
      lines.splice(
        1,
        0,
        `          of them ${formatCount(this.#quarantined)} ${about} not yours and kept apart`,
      )
    }
    if (failure !== undefined) {
      lines.push(
        `stopped: ${escapeForLine(failure)}; what is counted above is stored, the rest can be imported again`,
      )
    } else if (wasStopped) {
      lines.push('stopped by a signal; what is counted above is done, the same command goes on with the rest')
    }
    return `${lines.join('\n')}\n`
  }

  #group(kind: 'no-report' | 'reject', reason: string, name: string): void {
    const groups = this.#groups[kind]
    const key = groups.has(reason) || groups.size < MAX_GROUPS ? reason : 'other reasons'
    const group = groups.get(key) ?? { count: 0, examples: [] }
    groups.set(key, group)
    group.count += 1
    if (group.examples.length < MAX_EXAMPLES) group.examples.push(name)
  }

  #formatGroups(kind: 'no-report' | 'reject'): string[] {
    return [...this.#groups[kind]]
      .sort(([, one], [, other]) => other.count - one.count)
      .map(([reason, { count: times, examples }]) => {
        const more = times > examples.length ? ', …' : ''
        return `          ${formatCount(times)}: ${escapeForLine(`${reason} (${examples.join(', ')}`)}${more})`
      })
  }
}

function count(number: number, what: string): string {
  return `${formatCount(number)} ${what}${number === 1 ? '' : 's'}`
}
