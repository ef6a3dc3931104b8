import type { PresentedCheck } from './presented-check.ts'

/** Says when and from where a check looked, so that nobody takes it for today's news in a year. */
export function measuredLine({ startedAt, durationMs, observation }: PresentedCheck): string {
  const at = new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')
  const { resolvers, validates } = observation.vantage
  const by = resolvers.length === 0 ? '' : `, DNS by ${resolvers.join(' ')}`
  const dnssec = validates ? 'validating DNSSEC' : 'not validating DNSSEC'
  return `Measured ${at} UTC in ${(durationMs / 1000).toFixed(1)} s${by === '' ? '' : `${by} (${dnssec})`}.`
}
