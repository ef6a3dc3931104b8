import type { DomainName } from '@sternpost/protocol'
import type { Clock, Timer } from '../../base/index.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { isDeadExecutor } from './executor-name.ts'
import type { PublicationExecutor } from './publication-executor.ts'
import type { PublicationStore } from './publication-store.ts'
import { BEGUN_PER_SECOND, type RolloutStore } from './rollout-store.ts'

/** How often the database is asked for publications and domains that are due. */
const ROUND_MS = 1_000
/** Domains taken in one round, and looked at together: most of a look is waiting for others. */
const LOOK_BATCH = 256
const MAX_LOOKS = 16
const PUBLICATION_BATCH = 64
const MAX_PUBLICATIONS = 16
/** How often it is looked for new domains at the most, and at the least: with 100,000 of them it costs a tenth of a second. */
const ADOPT_SOON_MS = 5_000
const ADOPT_MS = 60_000
/** How often the executor says that it lives. */
const BEAT_MS = 20_000
const PRUNE_MS = 86_400_000

export interface RolloutSchedulerOptions {
  readonly name: string
  readonly rollouts: RolloutStore
  readonly publications: PublicationStore
  readonly evidence: EvidenceStore
  readonly executor: Pick<PublicationExecutor, 'run'>
  readonly look: (domain: DomainName) => Promise<void>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/**
 * Looks after all roll-outs in the background: publications at once, domains when they are due.
 *
 * Two loops, so that a thousand slow looks never keep a publication waiting.
 */
export class RolloutScheduler {
  readonly #options: RolloutSchedulerOptions
  readonly #timers = new Map<string, Timer>()
  readonly #rounds = new Map<string, Promise<void>>()
  #stopped = false
  #adoptedAt = Number.NEGATIVE_INFINITY
  #adoptsSoon = false
  /** When the last of those taken over is due. */
  #begunUntil = Number.NEGATIVE_INFINITY
  #beatAt = Number.NEGATIVE_INFINITY
  #prunedAt: number

  constructor(options: RolloutSchedulerOptions) {
    this.#options = options
    this.#prunedAt = options.clock.now()
  }

  start(): void {
    this.#loop('publications', () => this.runPublications())
    this.#loop('looks', () => this.runLooks())
  }

  /** Goes on with every publication that is due. */
  async runPublications(): Promise<void> {
    const { publications, executor, evidence, name, clock } = this.#options
    if (clock.now() - this.#beatAt >= BEAT_MS) {
      this.#beatAt = clock.now()
      await evidence.beat(name, 'daemon')
      await publications.release(executor => isDeadExecutor(executor, name))
    }
    const due = await publications.due(PUBLICATION_BATCH)
    await this.#together(due, MAX_PUBLICATIONS, ({ publicationId }) => executor.run(publicationId))
  }

  /** Looks at every domain that is due, a batch at a time. */
  async runLooks(): Promise<void> {
    const { rollouts, evidence, look, clock } = this.#options
    const now = clock.now()
    const adoptEveryMs = this.#adoptsSoon ? ADOPT_SOON_MS : ADOPT_MS
    if (now >= this.#begunUntil && now - this.#adoptedAt >= adoptEveryMs) {
      this.#adoptsSoon = false
      const adopted = await rollouts.adopt()
      // Where there were some there may be more; they come when these have begun, so that the rate holds.
      if (adopted === 0) this.#adoptedAt = now
      else this.#begunUntil = now + (adopted * 1000) / BEGUN_PER_SECOND
    }
    const due = await rollouts.due(LOOK_BATCH)
    await this.#together(due, MAX_LOOKS, ({ domain }) => look(domain))
    if (now - this.#prunedAt < PRUNE_MS) return
    this.#prunedAt = now
    await evidence.prune()
  }

  /** Somebody may have added domains. */
  domainsChanged(): void {
    this.#adoptsSoon = true
  }

  /** Stops after what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers.values()) timer.cancel()
    await Promise.all(this.#rounds.values())
    await this.#options.evidence.leave(this.#options.name).catch(this.#options.onError)
  }

  #loop(name: string, round: () => Promise<void>): void {
    if (this.#stopped) return
    const { clock, onError } = this.#options
    const timer = clock.setTimer(() => {
      this.#rounds.set(
        name,
        round()
          .catch(onError)
          .then(() => this.#loop(name, round)),
      )
    }, ROUND_MS)
    this.#timers.set(name, timer)
  }

  /** Works through a list with so many at a time; one that fails keeps no other waiting. */
  async #together<T>(items: readonly T[], most: number, work: (item: T) => Promise<unknown>): Promise<void> {
    const queue = [...items].reverse()
    const worker = async () => {
      for (let item = queue.pop(); item !== undefined && !this.#stopped; item = queue.pop())
        await work(item).catch(this.#options.onError)
    }
    await Promise.all(Array.from({ length: Math.min(most, queue.length) }, worker))
  }
}
