import { type FailOn, type Finding, isAtOrAbove } from '../check/index.ts'
import { type ExitCode, exitCode } from './exit-code.ts'

/** Which exit status findings give: bad ones come before those that could not be told. */
export class CheckVerdict {
  readonly #failOn: FailOn
  #hasFailed = false
  #hasUnknown = false

  constructor(failOn: FailOn) {
    this.#failOn = failOn
  }

  add(findings: readonly Pick<Finding, 'severity'>[]): void {
    this.#hasFailed ||= findings.some(({ severity }) => isAtOrAbove(severity, this.#failOn))
    this.#hasUnknown ||= findings.some(({ severity }) => severity === 'unknown')
  }

  /** Says that something was not looked at in the end. */
  addUnknown(): void {
    this.#hasUnknown = true
  }

  get exitCode(): ExitCode {
    if (this.#hasFailed) return exitCode.findings
    return this.#hasUnknown && this.#failOn !== 'never' ? exitCode.temporary : exitCode.fine
  }
}
