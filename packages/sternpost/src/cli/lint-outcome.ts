import { type FailOn, type Finding, isAtOrAbove } from '../check/index.ts'
import { escapeJson } from '../log/index.ts'
import { type CommandIo, errLine, type GlobalOptions, mayColor } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { formatLinted, type Linted } from './lint-text.ts'
import { painter } from './painter.ts'

/** One input of a lint command, judged. */
export interface LintedInput extends Linted {
  /** What `--json` prints of it; see docs/reference/lint-json.md. */
  readonly json: object
  /** Why it could not be read; nothing is known of it then. */
  readonly unreadable?: string
}

/** Tells of inputs as they are judged, and at the end how it went. */
export class LintOutcome {
  readonly #io: CommandIo
  readonly #options: GlobalOptions
  readonly #failOn: FailOn
  #hasFailed = false
  #hasUnreadable = false
  #count = 0
  #valid = 0
  #lastWasLong = false

  constructor(io: CommandIo, options: GlobalOptions, failOn: FailOn) {
    this.#io = io
    this.#options = options
    this.#failOn = failOn
  }

  tell(input: LintedInput): void {
    this.#count += 1
    if (input.isValid) this.#valid += 1
    if (input.unreadable !== undefined) {
      this.#hasUnreadable = true
      errLine(this.#io, input.unreadable)
    }
    if (input.findings.some((found: Finding) => isAtOrAbove(found.severity, this.#failOn)))
      this.#hasFailed = true
    if (this.#options.json === true) {
      this.#io.out(`${escapeJson(JSON.stringify(input.json))}\n`)
    } else if (input.unreadable === undefined) this.#tellPerson(input)
  }

  /** Says how the command ends; `what` is the name of inputs: `files`. */
  end(what: string): void {
    if (this.#options.json !== true && this.#count > 1) {
      this.#io.out(`${this.#lastWasLong ? '\n' : ''}${this.#count} ${what}, ${this.#valid} valid\n`)
    }
    if (this.#hasUnreadable) this.#io.end(exitCode.usage)
    else if (this.#hasFailed) this.#io.end(exitCode.findings)
  }

  #tellPerson(input: LintedInput): void {
    const lines = formatLinted(input, painter(mayColor(this.#io, this.#options, 'stdout')))
    const isLong = lines.length > 1
    if (this.#lastWasLong || (isLong && this.#count > 1)) this.#io.out('\n')
    this.#io.out(`${lines.join('\n')}\n`)
    this.#lastWasLong = isLong
  }
}
