/** What a run over many domains is given; `T` is what a check of one gives. */
export interface BatchOptions<Item, T> {
  readonly items: AsyncIterable<Item>
  /** Checks under way at one time. */
  readonly concurrency: number
  readonly check: (item: Item) => Promise<T>
  /** Waits until the result is taken, so that a slow reader slows the checks and nothing piles up. */
  readonly write: (result: T) => Promise<void>
  /** Begins nothing more; what is under way is finished and written. */
  readonly stop: AbortSignal
}

/**
 * Checks one item after the other, many at a time, and writes the results as they come.
 *
 * Errors: the first of `check` or `write` ends the run when what is under way is done.
 */
export async function runBatch<Item, T>(options: BatchOptions<Item, T>): Promise<void> {
  const { concurrency, check, write, stop } = options
  const items = options.items[Symbol.asyncIterator]()
  let isFailed = false
  const worker = async () => {
    try {
      while (!stop.aborted && !isFailed) {
        const next = await items.next()
        if (next.done === true || stop.aborted) return
        await write(await check(next.value))
      }
    } catch (error) {
      isFailed = true
      throw error
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, worker))
  await items.return?.()
  const failed = ended.find(result => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
