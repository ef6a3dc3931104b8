import type { Principal } from '../../../access/index.ts'
import type { DomainWishes, PublishedDomain } from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { PublishServices } from '../../services.ts'

/**
 * Refuses TLSA records of somebody else's MX hosts to whoever sees some domains only.
 *
 * A writer may hold the zones of many customers, and mail to a host with wrong TLSA records stops. So the host must be
 * below the domain, and not below another one that is published here for somebody else; what stands there already may
 * stay.
 * Errors: `api/forbidden`.
 */
export async function refuseForeignHosts(
  { rollout }: PublishServices,
  { domains }: Pick<Principal, 'domains'>,
  { domain, tlsa }: Pick<PublishedDomain, 'domain' | 'tlsa'>,
  wishes: DomainWishes,
): Promise<void> {
  if (domains === 'all' || wishes.tlsa === undefined) return
  const known = new Set(tlsa.map(facts => JSON.stringify(facts)))
  const hosts = wishes.tlsa.filter(facts => !known.has(JSON.stringify(facts))).map(({ mxHost }) => mxHost)
  const between = new Map(hosts.map(host => [host, namesBetween(host, domain)]))
  const names = new Set(
    [...between.values()].flatMap(found => found ?? []).filter(name => !domains.has(name)),
  )
  const published = await rollout.publish.list({ among: names, limit: names.size })
  const others = new Set<string>(published.map(other => other.domain))
  const foreign = hosts.find(host => between.get(host)?.every(name => !others.has(name)) !== true)
  if (foreign === undefined) return
  throw new ApiProblem('api/forbidden', `${foreign} is no MX host of ${domain} itself`, {
    remedy: 'Only who sees all domains sets TLSA records of MX hosts elsewhere.',
  })
}

/** The host and the names above it, as far as they are below the domain; undefined where it is not. */
function namesBetween(host: string, domain: string): readonly string[] | undefined {
  if (host === domain) return []
  if (!host.endsWith(`.${domain}`)) return undefined
  const labels = host.slice(0, -domain.length - 1).split('.')
  return labels.map((_, index) => `${labels.slice(index).join('.')}.${domain}`)
}
