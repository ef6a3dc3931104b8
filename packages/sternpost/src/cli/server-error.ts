import type { Problem } from '../api/index.ts'
import { type ExitCode, exitCode } from './exit-code.ts'

/** Why a daemon elsewhere did not do what was asked. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly exitCode: ExitCode
  /** What the daemon said, where it said anything. */
  readonly problem: Problem | undefined

  constructor(message: string, code: ExitCode, problem?: Problem) {
    super(message)
    this.exitCode = code
    this.problem = problem
  }
}

/** The error for a problem document; trying again helps only where the daemon could not for now. */
export function errorOfProblem(problem: Problem, clause: string | undefined): ServerError {
  const { detail, code, status, remedy, issues = [], retryAfterSeconds } = problem
  const source = clause === undefined ? code : `${code}, ${clause}`
  const sentences = [
    `${detail} (${source})`,
    // One fault alone has been told already.
    ...issues
      .filter(({ message }) => message !== detail)
      .slice(0, 5)
      .map(({ path, message }) => `${path}: ${message}`),
    ...(remedy === undefined ? [] : [remedy]),
    ...(retryAfterSeconds === undefined ? [] : [`Try again in ${retryAfterSeconds} s.`]),
  ]
  const isTemporary = status === 429 || status >= 500
  return new ServerError(sentences.join('. '), isTemporary ? exitCode.temporary : exitCode.usage, problem)
}
