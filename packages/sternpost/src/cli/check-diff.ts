import { type CheckResult, compareResults } from '../check/index.ts'
import { escapeJson } from '../log/index.ts'
import { formatComparison } from './check-diff-text.ts'
import type { CheckCommandOptions } from './check-options.ts'
import type { CheckOutput } from './check-output.ts'
import type { CommandIo } from './command-io.ts'
import { eachSaved } from './each-saved.ts'

/** Shows results as what is otherwise than in saved ones. */
export class CheckDiff {
  readonly #before: ReadonlyMap<string, CheckResult>
  readonly #options: CheckCommandOptions

  private constructor(before: ReadonlyMap<string, CheckResult>, options: CheckCommandOptions) {
    this.#before = before
    this.#options = options
  }

  /** Reads the file of `--diff`; undefined without the option, `unreadable` when that has been said. */
  static async open(
    io: CommandIo,
    options: CheckCommandOptions,
  ): Promise<CheckDiff | undefined | 'unreadable'> {
    if (options.diff === undefined) return undefined
    const before = new Map<string, CheckResult>()
    const isRead = await eachSaved(io, options.diff, result => void before.set(result.domain, result))
    return isRead ? new CheckDiff(before, options) : 'unreadable'
  }

  /** Shows what is otherwise; what is new or worse counts for the exit status. A domain not saved is shown whole. */
  show(after: CheckResult, output: CheckOutput): void {
    const before = this.#before.get(after.domain)
    if (before === undefined) return output.add(after)
    const comparison = compareResults(before, after)
    output.judge([...comparison.appeared, ...comparison.changed.map(change => change.after)])
    if (this.#options.format === 'json') output.write(`${escapeJson(JSON.stringify(comparison))}\n`)
    else output.write(`${formatComparison(comparison, output.paint())}`)
  }
}
