import { Counter, Gauge } from 'prom-client'
import type { Registry } from '../../metrics/index.ts'
import { type RolloutStage, rolloutStages } from './rollout-state.ts'

/** What is counted of roll-outs. Labels are words of ours. */
export class RolloutMetrics {
  readonly alarms: Counter
  readonly steps: Counter<'step' | 'result'>

  constructor(
    registry: Registry,
    sources: {
      readonly byStage: () => Readonly<Partial<Record<RolloutStage, number>>>
      readonly openAlarms: () => number
    },
  ) {
    const registers = [registry]
    this.alarms = new Counter({
      name: 'sternpost_rollout_alarms_total',
      help: 'Alarms raised for published domains, such as an MX host that the policy does not allow.',
      registers,
    })
    this.steps = new Counter({
      name: 'sternpost_rollout_steps_total',
      help: 'Attempts at steps of publications, by "done", "again" or "refused".',
      labelNames: ['step', 'result'],
      registers,
    })
    new Gauge({
      name: 'sternpost_rollout_domains',
      help: 'Published domains by the stage of their roll-out.',
      labelNames: ['stage'],
      registers,
      collect() {
        const counts = sources.byStage()
        for (const stage of rolloutStages) this.set({ stage }, counts[stage] ?? 0)
      },
    })
    new Gauge({
      name: 'sternpost_rollout_alarms',
      help: 'Published domains that somebody must look at.',
      registers,
      collect() {
        this.set(sources.openAlarms())
      },
    })
  }
}
