import type { ApiOutput } from 'sternpost/api'

/** How this browser stands to the daemon. */
export type Standing = ApiOutput<'GET /session'>

/** What the page knows of its session: who is signed in, and the token that changes need. */
export class SessionState {
  #standing: Standing | undefined
  #hasExpired = false
  readonly #listeners = new Set<() => void>()

  /** Undefined until the daemon has told; of somebody who is no more signed in, what they were. */
  get standing(): Standing | undefined {
    return this.#standing
  }

  get csrfToken(): string | undefined {
    return this.#standing?.csrfToken ?? undefined
  }

  /** Somebody was in, and is no more: the page stays as it is until somebody is again. */
  get hasExpired(): boolean {
    return this.#hasExpired
  }

  /** Takes what the daemon told. */
  learn(standing: Standing): void {
    const before = this.#standing
    const isOut = standing.kind === 'signed-out'
    this.#hasExpired = isOut && before !== undefined && before.kind !== 'signed-out'
    // Who was in stays known until somebody is again: no part of the page goes, with what was typed into it.
    this.#standing =
      this.#hasExpired && before !== undefined ? { ...before, needsSetup: standing.needsSetup } : standing
    this.#tell()
  }

  /** An answer said that nobody is signed in. */
  expire(): void {
    if (this.#standing === undefined || this.#standing.kind === 'signed-out') return
    this.#hasExpired = true
    this.#tell()
  }

  /**
   * Settles when somebody is in again after a session ended.
   *
   * Shape: how they stand; undefined where whoever was in left on purpose.
   */
  whenBack(): Promise<Standing | undefined> {
    return new Promise(resolve => {
      const unsubscribe = this.subscribe(() => {
        if (this.#hasExpired) return
        unsubscribe()
        resolve(this.#standing)
      })
    })
  }

  /** Somebody signed out on purpose: nothing is to be kept for them. */
  leave(): void {
    this.#standing = undefined
    this.#hasExpired = false
    this.#tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The session of this page. */
export const session = new SessionState()
