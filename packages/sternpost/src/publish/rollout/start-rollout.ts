import type { Timer } from '../../base/index.ts'
import type { Registry } from '../../metrics/index.ts'
import { createRollout, type Rollout, type RolloutOptions } from './create-rollout.ts'
import { executorName } from './executor-name.ts'
import { RolloutMetrics } from './rollout-metrics.ts'
import type { RolloutAlarm } from './rollout-store.ts'

/** How the roll-outs do, for `/health`. */
export interface RolloutHealth {
  readonly name: 'rollout'
  readonly state: 'ok' | 'degraded'
  readonly message: string
}

export interface RunningRollout {
  readonly rollout: Rollout
  readonly health: RolloutHealth
  stop(): Promise<void>
}

/** How often what health and metrics tell is read anew. */
const SUMMARY_MS = 10_000
const MAX_ALARMS = 1_000

/** Starts what looks after roll-outs in the daemon. */
export function startRollout(
  options: Omit<RolloutOptions, 'name' | 'onAlarm' | 'onProgress'> & { readonly registry: Registry },
): RunningRollout {
  const { clock, log, registry } = options
  let alarms: readonly RolloutAlarm[] = []
  let byStage: Readonly<Record<string, number>> = {}
  const metrics = new RolloutMetrics(registry, {
    byStage: () => byStage,
    openAlarms: () => alarms.length,
  })
  const rollout = createRollout({
    ...options,
    name: executorName('daemon'),
    onAlarm: () => metrics.alarms.inc(),
    onProgress: ({ step, moment }) => {
      if (moment === 'begun' || moment === 'acted') return
      metrics.steps.inc({ step: step.kind, result: moment })
    },
  })
  rollout.scheduler.start()

  let timer: Timer | undefined
  const summarize = async () => {
    try {
      alarms = await rollout.rollouts.alarms(MAX_ALARMS)
      byStage = await rollout.rollouts.countByStage()
    } catch (error) {
      log.warn({ err: error }, 'the state of roll-outs cannot be read')
    }
    if (timer !== undefined) timer = clock.setTimer(summarize, SUMMARY_MS)
  }
  timer = clock.setTimer(summarize, 0)
  return {
    rollout,
    get health() {
      return rolloutHealth(alarms.length, byStage)
    },
    async stop() {
      timer?.cancel()
      timer = undefined
      await rollout.scheduler.stop()
    },
  }
}

/** Names no domain: everybody may read it, customers of other domains too. */
export function rolloutHealth(alarmCount: number, byStage: Readonly<Record<string, number>>): RolloutHealth {
  const stages = Object.entries(byStage).map(([stage, count]) => `${count} ${stage}`)
  if (alarmCount === 0)
    return { name: 'rollout', state: 'ok', message: stages.join(', ') || 'no domain is published' }
  const wait = alarmCount === 1 ? '1 domain waits' : `${alarmCount} domains wait`
  return {
    name: 'rollout',
    state: 'degraded',
    message: `${wait} for somebody to look; the overview and "sternpost rollout" say which and why`,
  }
}
