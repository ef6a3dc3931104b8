import { styleText } from 'node:util'
import {
  type CheckResult,
  type Finding,
  formatHtml,
  formatJunit,
  formatMarkdown,
  formatResultLine,
  formatSarif,
} from '../check/index.ts'
import { VERSION } from '../version.ts'
import type { CheckCommandOptions } from './check-options.ts'
import { formatCheck } from './check-text.ts'
import { CheckVerdict } from './check-verdict.ts'
import { type CommandIo, mayColor } from './command-io.ts'
import type { ExitCode } from './exit-code.ts'
import type { Paint } from './look-up-text.ts'
import { writeOrSay } from './write-or-say.ts'

/** Where results go and in which form: text and JSON one after the other, documents as a whole at the end. */
export class CheckOutput {
  readonly #io: CommandIo
  readonly #options: CheckCommandOptions
  readonly #results: CheckResult[] = []
  readonly #verdict: CheckVerdict
  #text = ''
  #isFirst = true

  constructor(io: CommandIo, options: CheckCommandOptions) {
    this.#io = io
    this.#options = options
    this.#verdict = new CheckVerdict(options.failOn)
  }

  add(result: CheckResult): void {
    this.judge(result.findings)
    const { format, observation } = this.#options
    if (format === 'json') this.write(formatResultLine(result, { observation }))
    else if (format === 'text') {
      this.write(`${this.#isFirst ? '' : '\n'}${formatCheck(result, this.paint())}`)
    } else this.#results.push(result)
    this.#isFirst = false
  }

  /** Lets findings count for the exit status; those of a result that is added do already. */
  judge(findings: readonly Finding[]): void {
    this.#verdict.add(findings)
  }

  get exitCode(): ExitCode {
    return this.#verdict.exitCode
  }

  /** Writes text where results go. */
  write(text: string): void {
    if (this.#options.output === undefined) this.#io.out(text)
    else this.#text += text
  }

  paint(): Paint {
    const color = this.#options.output === undefined && mayColor(this.#io, this.#options, 'stdout')
    return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
  }

  /** Writes what is written as a whole; false, with the reason said, where the file cannot be written. */
  async end(): Promise<boolean> {
    this.write(this.#document())
    const { output } = this.#options
    return output === undefined || (await writeOrSay(this.#io, output, this.#text))
  }

  #document(): string {
    switch (this.#options.format) {
      case 'text':
      case 'json':
        return ''
      case 'junit':
        return formatJunit(this.#results, this.#options.failOn)
      case 'sarif':
        return formatSarif(this.#results, VERSION)
      case 'markdown':
        return formatMarkdown(this.#results)
      case 'html':
        return formatHtml(this.#results, VERSION)
    }
  }
}
