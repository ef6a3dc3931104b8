import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import { nextStep, type Publication, type PublicationStep } from './publication.ts'
import type { PublicationHands } from './publication-hands.ts'
import type { PublicationStore } from './publication-store.ts'
import type { RolloutEventKind } from './rollout-state.ts'
import type { RolloutStore } from './rollout-store.ts'
import { type StepOutcome, tryStep } from './try-step.ts'

/** What a person or a test sees of a publication as it goes on. */
export interface PublicationProgress {
  readonly publication: Publication
  readonly step: PublicationStep
  /** `begun`: the journal knows that it is tried; `acted`: it happened; `done`: the journal knows that, too. */
  readonly moment: 'begun' | 'acted' | 'done' | 'again' | 'refused'
  readonly note: string
}

export interface PublicationExecutorOptions {
  /** Unlike every other that may run on the same database. */
  readonly name: string
  readonly hands: PublicationHands
  readonly publications: PublicationStore
  readonly rollouts: RolloutStore
  readonly clock: Clock
  readonly log: Logger
  readonly onProgress?: (progress: PublicationProgress) => void | Promise<void>
}

export type PublicationEnd =
  | { readonly kind: 'done' }
  /** To be tried again at `at`. */
  | { readonly kind: 'waiting'; readonly at: number; readonly note: string }
  | { readonly kind: 'refused'; readonly note: string }
  /** Somebody else goes on with it, it is held, or it was abandoned. */
  | { readonly kind: 'not-ours' }

const FIRST_RETRY_MS = 1_000
/** What is done by hand is looked for this often at the least. */
const LONGEST_RETRY_MS = 900_000

/**
 * Executes publications step by step; the journal is written before and after each, so that a kill at any moment
 * loses no step and the next executor goes on in the same order.
 *
 * Errors: `NotDurableError` where the journal cannot be written: nothing more is done then.
 */
export class PublicationExecutor {
  readonly #options: PublicationExecutorOptions

  constructor(options: PublicationExecutorOptions) {
    this.#options = options
  }

  /** Goes on with a publication as far as it can now. */
  async run(publicationId: number): Promise<PublicationEnd> {
    const { publications, rollouts, name } = this.#options
    if (!(await publications.claim(publicationId, name))) return { kind: 'not-ours' }
    for (;;) {
      const publication = await publications.get(publicationId)
      if (publication?.state !== 'running') return { kind: 'not-ours' }
      const step = nextStep(publication)
      if (step === undefined) return { kind: 'done' }
      const listed = await rollouts.get(publication.domain)
      if (listed?.state.stage === 'held') {
        const at = this.#options.clock.now() + LONGEST_RETRY_MS
        const note = `${publication.domain} is held`
        await publications.postpone(publicationId, step.kind, note, at)
        return { kind: 'waiting', at, note }
      }
      if (!(await publications.beginStep(publicationId, step.kind, name))) return { kind: 'not-ours' }
      const end = await this.#attempt(publication, step)
      if (end !== undefined) return end
    }
  }

  /** Tries one step; undefined where the next one is to follow. */
  async #attempt(publication: Publication, step: PublicationStep): Promise<PublicationEnd | undefined> {
    const { publications, clock, log } = this.#options
    const { domain, publicationId } = publication
    await this.#tell(publication, step, 'begun', '')
    const outcome = await this.#try(publication, step)
    switch (outcome.kind) {
      case 'done': {
        await this.#tell(publication, step, 'acted', outcome.note)
        const isOurs = await this.#finish(publication, step, outcome.note)
        if (!isOurs) return { kind: 'not-ours' }
        log.info({ domain, step: step.kind, policyId: publication.policyId }, outcome.note)
        await this.#tell(publication, step, 'done', outcome.note)
        return undefined
      }
      case 'again': {
        const backOffMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(step.attempts, 20), LONGEST_RETRY_MS)
        const at = outcome.at ?? clock.now() + backOffMs
        await publications.postpone(publicationId, step.kind, outcome.note, at)
        await this.#tell(publication, step, 'again', outcome.note)
        return { kind: 'waiting', at, note: outcome.note }
      }
      case 'refused':
        await this.#refuse(publication, outcome.note)
        await this.#tell(publication, step, 'refused', outcome.note)
        return { kind: 'refused', note: outcome.note }
    }
  }

  async #try(publication: Publication, step: PublicationStep): Promise<StepOutcome> {
    try {
      return await tryStep(publication, step, this.#options.hands, this.#options.clock.now())
    } catch (error) {
      return { kind: 'again', note: error instanceof Error ? error.message : String(error) }
    }
  }

  /** Writes down that a step is done, and what follows from it in the same transaction. */
  async #finish(publication: Publication, step: PublicationStep, note: string): Promise<boolean> {
    const { publications, rollouts, hands, clock, name } = this.#options
    const { publicationId, domain, requestedBy, reason, override } = publication
    const event = eventOf(publication, step)
    if (event === undefined) return publications.finishStep(publicationId, step.kind, name, note)
    if (step.kind === 'verify-announced') await hands.announced(publication)
    const isLast = step.kind === publication.steps.at(-1)?.kind
    const happened = { kind: event, at: clock.now(), by: requestedBy, reason }
    try {
      const moved = await rollouts.move(
        domain,
        override === undefined ? happened : { ...happened, override },
        async db => {
          // Where it was abandoned just now the stage belongs to what took its place.
          const isOurs = await publications.finishStepWith(db, publicationId, step.kind, name, note)
          if (!isOurs) throw new ClaimLost()
          if (isLast) await publications.end(db, publicationId, 'done')
        },
      )
      if (moved.ok) return true
      await this.#refuse(publication, moved.reason)
    } catch (error) {
      if (!(error instanceof ClaimLost)) throw error
    }
    return false
  }

  /** Ends a publication that must not go on, and holds the domain so that somebody looks. */
  async #refuse({ domain, publicationId }: Publication, because: string): Promise<void> {
    const { publications, rollouts, clock, log } = this.#options
    log.error({ domain, publicationId }, `the publication was stopped: ${because}`)
    const event = { kind: 'hold' as const, at: clock.now(), by: 'daemon', reason: because }
    const held = await rollouts.move(domain, event, db => publications.end(db, publicationId, 'abandoned'))
    if (!held.ok) await publications.abandon(domain)
    await rollouts.setAlarm(domain, because)
  }

  async #tell(
    publication: Publication,
    step: PublicationStep,
    moment: PublicationProgress['moment'],
    note: string,
  ): Promise<void> {
    await this.#options.onProgress?.({ publication, step, moment, note })
  }
}

/** Undoes a transaction whose publication is somebody else's by now. */
class ClaimLost extends Error {}

/** What a step that is done means for the roll-out; undefined where it means nothing yet. */
function eventOf(publication: Publication, step: PublicationStep): RolloutEventKind | undefined {
  if (step.kind === 'stop-serving') return 'removed'
  if (step.kind !== 'verify-announced') return undefined
  if (publication.mode === 'none') return 'none-announced'
  switch (publication.purpose) {
    case 'start':
    case 'retest':
    case 'rollback':
      return 'testing-announced'
    case 'enforce':
      return 'enforce-announced'
    case 'change':
    case 'exit':
      return 'policy-changed'
  }
}
