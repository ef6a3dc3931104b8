import { type DomainName, formatMxHostPattern, matchMxHost } from '@sternpost/protocol'
import {
  type DomainProposal,
  hosterJson,
  proposeDomain,
  readDomain,
  readMxPattern,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { publishDomainContract } from '../../contract/publish-domain.ts'
import type { Call, Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, telling } from './find-domain.ts'
import { importAtOnce } from './import-domains.ts'
import { choicesOf, type Fault, readNewDomain, readOne, refuseFaults } from './read-wishes.ts'
import { wireDomain } from './wire-domain.ts'

type Asked = Call<(typeof publishDomainContract)['POST /domains/:domain/propose']>['body']

/** Proposes a policy for a domain, publishes it, and tells what senders get. */
export function publishDomainHandlers({
  publish: desk,
  clock,
}: Pick<ApiServices, 'clock' | 'publish'>): Handlers<typeof publishDomainContract> {
  const { publish } = desk.rollout
  return {
    'POST /domains/propose': ({ body }) =>
      telling(async () => {
        const domain = readOne('body.domain', () => readDomain(body.domain))
        return await propose(domain, body)
      }),
    'POST /domains/:domain/propose': ({ params, body }) =>
      telling(async () => propose((await findDomain(desk, params.domain)).domain, body)),
    'POST /domains': ({ body, audit }) =>
      telling(async () => {
        const { domain: name, ...written } = body
        const domain = readOne('body.domain', () => readDomain(name))
        const faults: Fault[] = []
        const wanted = readNewDomain('body', domain, written, choicesOf(desk), faults)
        refuseFaults(faults)
        const added = await publish.addServed([wanted])
        if (added.length === 0)
          throw new ApiProblem('api/conflict', `${domain} is published here already`, {
            remedy: 'Look at the domain to see or change what is published.',
          })
        await audit('domain.add', domain, written)
        await desk.beginPublishing()
        return wireDomain(desk, await findDomain(desk, domain), await publish.versions(domain), clock.now())
      }),
    'POST /domains/import': call => telling(() => importAtOnce(desk, call)),
    'GET /domains/:domain/served-policy': ({ params }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const served = await publish.servedVersion(domain)
        const fetched = await desk.sources.fetchPolicy(domain)
        const { url, bodyText = null } = fetched.evidence
        if (!fetched.ok) {
          const [{ code, message }] = fetched.issues
          return { url, isAsPublished: false, text: bodyText, fault: { code, message } }
        }
        const { text } = fetched.document
        return { url, isAsPublished: text === served?.text, text, fault: null }
      }),
  }

  async function propose(domain: DomainName, asked: Asked) {
    const { mx, preset, fromMx, wildcards } = asked
    const written = mx.map((text, index) => readOne(`body.mx[${index}]`, () => readMxPattern(text)))
    const proposal = await proposeDomain(desk.dns, domain, { written, preset, fromMx, wildcards })
    const isPublished = (await publish.get(domain)) !== undefined
    const choices = { ...choicesOf(desk), policyHostListens: desk.policyHostListens }
    return { domain, isPublished, ...wireProposal(proposal), choices }
  }
}

function wireProposal({ seen, patterns, hoster, subdomains }: DomainProposal) {
  const hosts = 'hosts' in seen ? [...seen.hosts] : []
  return {
    mx: {
      kind: seen.kind,
      hosts,
      reason: 'reason' in seen ? seen.reason : null,
      resolver: 'resolver' in seen ? seen.resolver : null,
      ttlSeconds: 'ttlSeconds' in seen ? seen.ttlSeconds : null,
    },
    patterns: patterns.map(formatMxHostPattern),
    leftOut: hosts.filter(host => !matchMxHost(host, patterns)),
    hoster: hoster === undefined ? null : hosterJson(hoster),
    subdomains: [...subdomains],
  }
}
