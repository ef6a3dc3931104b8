import { randomFillSync } from 'node:crypto'

/**
 * Makes a source of unpredictable numbers from 0 to 65535.
 *
 * Effects: draws from the system's generator a block at a time, as a call per number would cost more than the
 * rest of a query.
 */
export function createRandomUint16(): () => number {
  const block = new Uint16Array(2048)
  let next = block.length
  return () => {
    if (next === block.length) {
      randomFillSync(block)
      next = 0
    }
    const value = block[next] ?? 0
    // A number that was given out is not kept in memory.
    block[next] = 0
    next += 1
    return value
  }
}
