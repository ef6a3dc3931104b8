/**
 * The database did not do what publishing needs: nothing of that change was kept, and it can be tried again.
 *
 * Shape: `temporary` is always true; `message` says why, for people.
 */
export class PublishStoreError extends Error {
  override readonly name = 'PublishStoreError'
  readonly temporary = true
}
