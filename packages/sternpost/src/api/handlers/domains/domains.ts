import type { DomainName } from '@sternpost/protocol'
import * as z from 'zod'
import {
  cacheHorizon,
  changeOf,
  describeHorizon,
  type PublishedDomain,
  removeByForce,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { domainsContract } from '../../contract/domains.ts'
import type { Handlers } from '../../endpoint.ts'
import { formatCursor, readCursorAs } from '../../page.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, notPublished, readName, telling } from './find-domain.ts'
import { choicesOf, type Fault, readWishes, refuseFaults } from './read-wishes.ts'
import { refuseForeignHosts } from './refuse-foreign-hosts.ts'
import { wireDomain, wireListedDomain } from './wire-domain.ts'

/** What is wanted of published domains. */
export function domainsHandlers(services: ApiServices): Handlers<typeof domainsContract> {
  const { publish: desk, store, clock } = services
  const { publish } = desk.rollout
  const told = async (domain: PublishedDomain) =>
    wireDomain(desk, domain, await publish.versions(domain.domain), clock.now())

  return {
    'GET /domains': ({ query: { text, after, cursor, limit }, principal }) =>
      telling(async () => {
        const found = await publish.list({
          after: cursor === undefined ? after : readCursorAs(z.string(), cursor),
          limit: limit + 1,
          text,
          among: principal.domains === 'all' ? undefined : principal.domains,
        })
        const page = found.slice(0, limit)
        const last = found.length > limit ? page.at(-1) : undefined
        return {
          items: page.map(wireListedDomain),
          seesAll: principal.domains === 'all',
          nextCursor: last === undefined ? null : formatCursor(last.domain),
        }
      }),
    'GET /domains/:domain': ({ params }) =>
      telling(async () => {
        const name = readName(params.domain)
        const found = name === undefined ? undefined : await publish.get(name)
        if (found !== undefined) return told(found)
        const versions = name === undefined ? [] : await publish.versions(name)
        const now = clock.now()
        const history = versions.length === 0 ? undefined : describeHorizon(cacheHorizon(versions, now), now)
        throw notPublished(params.domain, history)
      }),
    'PATCH /domains/:domain': ({ params, body, principal, audit }) =>
      telling(async () => {
        const { revision, ...written } = body
        const faults: Fault[] = []
        const wishes = readWishes('body', written, choicesOf(desk), faults)
        refuseFaults(faults)
        const found = await findDomain(desk, params.domain)
        await refuseForeignHosts(desk, principal, found, wishes)
        const { domain } = found
        const changed = await publish.update(domain, current => {
          // One more already: the transaction counts itself before it reads.
          if (revision !== undefined && current.revision !== revision + 1) throw changedMeanwhile(domain)
          return changeOf(current, wishes)
        })
        if (changed === undefined) throw notPublished(params.domain)
        await audit('domain.set', domain, written)
        return told(changed)
      }),
    'DELETE /domains/:domain': ({ params, query: { force }, principal, audit }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        if (force === undefined) await refuseWhileHeld(domain)
        if (force === undefined) await publish.remove(domain)
        else await removeByForce(store, clock, domain, { by: principal.name, reason: force })
        await audit('domain.remove', domain, force === undefined ? {} : { force })
        return undefined
      }),
  }

  async function refuseWhileHeld(domain: DomainName): Promise<void> {
    const now = clock.now()
    const horizon = cacheHorizon(await publish.versions(domain), now)
    if (horizon.enforceForgottenAt !== undefined)
      throw new ApiProblem('api/conflict', `${domain} stays: ${describeHorizon(horizon, now)}`, {
        remedy:
          'Until then a sender that finds no policy goes by the one it holds. Leave the safe way, or give a reason to remove it by force.',
      })
  }
}

function changedMeanwhile(domain: string): ApiProblem {
  return new ApiProblem('api/changed-meanwhile', `${domain} was changed by somebody else meanwhile`, {
    remedy: 'Look at the new state, and make the change again on top of it.',
  })
}
