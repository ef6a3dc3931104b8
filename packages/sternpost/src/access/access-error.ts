import type { AccessIssueCode } from './issues.ts'

/** Why users, sessions or tokens could not be changed or used; `message` is for people. */
export class AccessError extends Error {
  override readonly name = 'AccessError'
  readonly code: AccessIssueCode
  /** When to try again, for `access/slow-down`. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: AccessIssueCode, message: string, retryAfterSeconds?: number) {
    super(message)
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}
