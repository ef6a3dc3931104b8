import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { Store } from '../../store/index.ts'
import { PublishStore } from '../domains/publish-store.ts'
import { EvidenceCollector, type EvidenceSources } from './collect-evidence.ts'
import { createPublicationHands, type RecordHands } from './create-publication-hands.ts'
import { EvidenceStore } from './evidence-store.ts'
import { DomainLook, type RolloutSettings } from './look-after-domain.ts'
import { PublicationExecutor, type PublicationProgress } from './publication-executor.ts'
import { PublicationStore } from './publication-store.ts'
import { RolloutControl } from './rollout-control.ts'
import { RolloutScheduler } from './rollout-scheduler.ts'
import { RolloutStore } from './rollout-store.ts'

export interface RolloutOptions {
  /** Unlike every other program's on the same database. */
  readonly name: string
  readonly settings: RolloutSettings & { readonly checkEverySeconds: number }
  readonly store: Store
  readonly sources: EvidenceSources
  readonly records: RecordHands
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
  readonly log: Logger
  readonly onAlarm?: (domain: DomainName, message: string) => void
  readonly onProgress?: (progress: PublicationProgress) => void | Promise<void>
}

/** Everything of the roll-out, joined: for the daemon, for a command and for a test. */
export interface Rollout {
  readonly publish: PublishStore
  readonly rollouts: RolloutStore
  readonly publications: PublicationStore
  readonly evidence: EvidenceStore
  readonly control: RolloutControl
  readonly executor: PublicationExecutor
  readonly look: DomainLook
  /** Not started. */
  readonly scheduler: RolloutScheduler
}

/** Joins the parts of the roll-out; nothing runs before the scheduler is started. */
export function createRollout(options: RolloutOptions): Rollout {
  const { name, settings, store, sources, records, clock, random, log, onProgress } = options
  const publish = new PublishStore(store, clock)
  const rollouts = new RolloutStore(store, clock)
  const publications = new PublicationStore(store, clock)
  const evidence = new EvidenceStore(store, clock)
  const control = new RolloutControl({ publish, rollouts, publications, clock })
  const hands = createPublicationHands({ publish, publications, evidence, sources, records, clock })
  const executor = new PublicationExecutor({
    name,
    hands,
    publications,
    rollouts,
    clock,
    log,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const { checkEverySeconds } = settings
  const collector = new EvidenceCollector({ sources, publish, evidence, clock, checkEverySeconds })
  const look = new DomainLook({
    settings,
    sources,
    collector,
    control,
    publish,
    rollouts,
    publications,
    evidence,
    clock,
    log,
    random,
    onAlarm: options.onAlarm ?? (() => {}),
  })
  const scheduler = new RolloutScheduler({
    name,
    rollouts,
    publications,
    evidence,
    executor,
    look: domain => look.look(domain),
    clock,
    onError: error => log.error({ err: error }, 'a round of the roll-out failed'),
  })
  return { publish, rollouts, publications, evidence, control, executor, look, scheduler }
}
