/**
 * A question that was not answered, and no fault of whoever asked.
 *
 * - `busy`: too many others wait.
 * - `too-long`: it took longer than it may.
 * - `unavailable`: the database cannot be read now.
 */
export class QuestionError extends Error {
  override readonly name = 'QuestionError'
  readonly reason: 'busy' | 'too-long' | 'unavailable'

  constructor(reason: QuestionError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
