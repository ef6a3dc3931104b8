import type { Clock, Timer } from '../base/index.ts'
import type { MtaStsPolicies } from './mta-sts-policies.ts'
import type { PolicyStore } from './policy-store.ts'

/** How often the database is asked for policies that are due. */
const ROUND_MS = 5_000
/** Policies taken in one round. */
const BATCH = 512
/** Checks under way at one time; most are one small DNS question. */
const MAX_CHECKS = 64
/** How often old rows are deleted. */
const PRUNE_MS = 3_600_000

/** Looks after stored policies in the background, so that no lookup ever has to. */
export class Refresher {
  readonly #policies: Pick<MtaStsPolicies, 'check'>
  readonly #store: PolicyStore
  readonly #clock: Clock
  readonly #prune: () => Promise<void>
  readonly #onError: (error: unknown) => void
  #timer: Timer | undefined
  #round: Promise<void> = Promise.resolve()
  #stopped = false
  #prunedAt: number

  constructor(options: {
    readonly policies: Pick<MtaStsPolicies, 'check'>
    readonly store: PolicyStore
    readonly clock: Clock
    readonly prune: () => Promise<void>
    readonly onError: (error: unknown) => void
  }) {
    this.#policies = options.policies
    this.#store = options.store
    this.#clock = options.clock
    this.#prune = options.prune
    this.#onError = options.onError
    this.#prunedAt = options.clock.now()
  }

  start(): void {
    if (this.#stopped) return
    this.#timer = this.#clock.setTimer(() => {
      this.#round = this.runRound()
        .catch(this.#onError)
        .then(() => this.start())
    }, ROUND_MS)
  }

  /** Checks everything that is due now, a batch at a time. */
  async runRound(): Promise<void> {
    let due = await this.#store.due(BATCH)
    while (due.length > 0 && !this.#stopped) {
      const queue = due.map(policy => policy.policyDomain)
      const worker = async () => {
        for (let domain = queue.pop(); domain !== undefined && !this.#stopped; domain = queue.pop()) {
          await this.#policies.check(domain)
        }
      }
      await Promise.all(Array.from({ length: MAX_CHECKS }, worker))
      due = due.length < BATCH ? [] : await this.#store.due(BATCH)
    }
    await this.#store.flush()
    if (this.#clock.now() - this.#prunedAt < PRUNE_MS) return
    this.#prunedAt = this.#clock.now()
    await this.#prune()
  }

  /** Stops after the checks that are under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#round
  }
}
