import type { GateVerdict } from './gate.ts'
import { nextStep, type Publication } from './publication.ts'
import type { RolloutState } from './rollout-state.ts'

export interface NextFacts {
  readonly running: Publication | undefined
  readonly verdict: GateVerdict | undefined
  readonly autoAdvance: boolean
  /** Whether a TLS-RPT record is wanted of the domain. */
  readonly asksForReports: boolean
}

/** Says what comes next for a domain, and who does it; one or two sentences. */
export function describeNext(
  state: RolloutState,
  { running, verdict, autoAdvance, asksForReports }: NextFacts,
): string {
  if (state.stage === 'held')
    return 'It is held: nothing goes on by itself. When the reason is gone, advance it, or roll it back.'
  if (running !== undefined) return describeRunning(running)
  switch (state.stage) {
    case 'planned':
      return 'The daemon publishes a policy in mode testing as soon as it looks.'
    case 'published':
      return asksForReports
        ? 'Wait for TLS reports: senders send them once a day, about the day before.'
        : 'Say where senders shall report to (rua, RFC 8460 §3): without reports nothing shows that it is safe to enforce.'
    case 'gathering': {
      const open = verdict?.criteria.filter(({ state: met }) => met !== 'met') ?? []
      const names = open.map(({ name }) => name).join(', ')
      return names === ''
        ? 'The gate is judged at the next look.'
        : `Missing for mode enforce: ${names}. Each is told with its criterion.`
    }
    case 'ready':
      return autoAdvance
        ? 'Every criterion is met: the daemon publishes mode enforce.'
        : 'Every criterion is met: advance it to mode enforce.'
    case 'enforced':
      return 'Nothing: it is enforced and looked after. Plan a change of MX hosts before you make it.'
    case 'rolling-back':
      return 'A weaker policy is being published.'
    case 'none':
      return state.isExiting
        ? 'The removal goes on when caches have forgotten older policies.'
        : 'Advance it to begin again in mode testing.'
    case 'removed':
      return 'Nothing: it is published no longer. Add the domain to begin again.'
  }
}

function describeRunning(publication: Publication): string {
  const step = nextStep(publication)
  const what = `Policy ${publication.policyId}, mode ${publication.mode}, is being published`
  if (step === undefined) return `${what}.`
  return `${what}: ${step.kind}${step.note === undefined ? '' : `, ${step.note}`}.`
}
