import { readFileSync } from 'node:fs'
import type { DomainObservation, SeenMxAddress } from '../observation.ts'

type SeenSmtp = NonNullable<SeenMxAddress['smtp']>

/**
 * An observation of a domain that has everything: two MX hosts, one with two addresses, DANE, MTA-STS, reports.
 *
 * Shape: made by a check of a lab, with addresses of the documentation in place of the lab's; new with each call, so
 * that a test may change it.
 */
export function sampleObservation(): DomainObservation {
  return JSON.parse(readFileSync(new URL('sample-observation.json', import.meta.url), 'utf8'))
}

/** The same with other things in it. */
export function observationWith(more: Partial<DomainObservation>): DomainObservation {
  return { ...sampleObservation(), ...more }
}

/** The same with every session of the MX hosts changed. */
export function observationWithSessions(
  change: (smtp: SeenSmtp, place: number) => SeenSmtp | null,
): DomainObservation {
  let place = 0
  const observation = sampleObservation()
  const mxHosts = observation.mxHosts.map(host => ({
    ...host,
    addresses: host.addresses.map(({ address, smtp }) => {
      const changed = smtp === null ? null : change(smtp, place)
      place += 1
      return { address, smtp: changed }
    }),
  }))
  return { ...observation, mxHosts }
}
