import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** One holds 40 kB beside the JavaScript heap. */
const RELEASE_EVERY = 1_000

/**
 * Counts TLS contexts that are given up, and has their memory given back after each thousand.
 *
 * V8 takes a context for a few bytes, so without being asked it keeps thousands that nobody holds any more: ten
 * thousand names that are asked for once each would cost 400 MB. Collecting them takes some ten milliseconds.
 */
export class ContextRelease {
  #givenUp = 0
  #collect: (() => void) | undefined

  noteGivenUp(): void {
    this.#givenUp += 1
    if (this.#givenUp < RELEASE_EVERY) return
    this.#givenUp = 0
    this.#collect ??= garbageCollector()
    setImmediate(this.#collect)
  }
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return typeof collect === 'function' ? () => void collect() : () => {}
}
