import type { DomainObservation } from '../observation.ts'
import { type CheckPart, checkParts } from '../observed-parts.ts'

interface Partial {
  readonly done: ReadonlySet<CheckPart>
  readonly seen: DomainObservation
}

/** What is seen of a domain by the way, in whatever order its parts are done; the first hosts before all hosts. */
export function* partialObservations(whole: DomainObservation): Generator<Partial> {
  const single = checkParts.filter(part => part !== 'mx-host' && part !== 'mx-hosts')
  const hostCounts = whole.mxHosts.map((_, index) => index + 1)
  for (let chosen = 0; chosen < 2 ** single.length; chosen += 1) {
    const parts = single.filter((_, place) => (chosen >> place) % 2 === 1)
    yield partial(whole, parts, 0)
    for (const count of hostCounts) yield partial(whole, [...parts, 'mx-host'], count)
    yield partial(whole, [...parts, 'mx-host', 'mx-hosts'], whole.mxHosts.length)
  }
}

function partial(whole: DomainObservation, parts: readonly CheckPart[], hosts: number): Partial {
  const done = new Set(parts)
  const mxHosts = whole.mxHosts.slice(0, hosts)
  const answered = mxHosts.flatMap(host =>
    host.addresses.filter(({ smtp }) => smtp?.connectMs !== undefined).map(({ address }) => address),
  )
  const { resolvers, validates } = whole.vantage
  return {
    done,
    seen: {
      ...whole,
      vantage: {
        resolvers: done.has('resolver') ? resolvers : [],
        validates: done.has('resolver') && validates,
        port25: answered.length > 0 ? 'open' : 'unknown',
        ipv6: answered.some(address => address.includes(':')) ? 'works' : 'unknown',
      },
      mxHosts,
      policyHost: done.has('policy-host') ? whole.policyHost : null,
      nameServers: done.has('name-servers') ? whole.nameServers : [],
      reportDestinations: done.has('report-destinations') ? whole.reportDestinations : [],
      answers: done.has('dns') ? whole.answers : [],
    },
  }
}
