/**
 * The database did not do what was needed: nothing of that change was kept, and it can be tried again.
 *
 * Shape: `temporary` is always true; `message` says why, for people.
 */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError'
  readonly temporary = true
}
