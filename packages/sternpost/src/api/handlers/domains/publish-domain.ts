import { formatMxHostPattern, matchMxHost } from '@sternpost/protocol'
import {
  DEFAULT_MAX_AGE_SECONDS,
  type DomainProposal,
  proposeDomain,
  readDomain,
  readMxPattern,
  readReportUri,
  WishError,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { publishDomainContract } from '../../contract/publish-domain.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices, PublishServices } from '../../services.ts'
import { findDomain, telling } from './find-domain.ts'
import { wireDomain } from './wire-domain.ts'

/** Proposes a policy for a domain, publishes it, and tells what senders get. */
export function publishDomainHandlers({
  publish: desk,
}: Pick<ApiServices, 'publish'>): Handlers<typeof publishDomainContract> {
  const { publish } = desk.rollout
  return {
    'POST /domains/propose': ({ body }) =>
      telling(async () => {
        const domain = readAt('body.domain', body.domain, readDomain)
        const written = body.mx.map((text, index) => readAt(`body.mx[${index}]`, text, readMxPattern))
        const proposal = await proposeDomain(desk.dns, domain, { written, wildcards: body.wildcards })
        const isPublished = (await publish.get(domain)) !== undefined
        return { domain, isPublished, ...wireProposal(proposal), choices: choicesOf(desk) }
      }),
    'POST /domains': ({ body, audit }) =>
      telling(async () => {
        const domain = readAt('body.domain', body.domain, readDomain)
        const mxHostPatterns = body.mxHostPatterns.map((text, index) =>
          readAt(`body.mxHostPatterns[${index}]`, text, readMxPattern),
        )
        const tlsRptRua = body.tlsRptRua.map((text, index) =>
          readAt(`body.tlsRptRua[${index}]`, text, readReportUri),
        )
        const { delegation, dnsWriter, dnsApply, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = body
        const { delegations, dnsWriters } = choicesOf(desk)
        if (!delegations.includes(delegation))
          throw wrongAt('body.delegation', 'publish.dns.operatorZone does not say where aliases lead to')
        if (dnsWriter !== 'none' && !dnsWriters.includes(dnsWriter))
          throw wrongAt('body.dnsWriter', 'the configuration has no writer of this name')
        const versions = await publish.addServed([
          {
            domain,
            wanted: { mode: 'testing', maxAgeSeconds, mxHostPatterns },
            tlsRptRua,
            dns: { writer: dnsWriter, apply: dnsApply },
            delegation,
            policyIdForm: 'utc',
            bimi: undefined,
            tlsa: [],
          },
        ])
        if (versions.length === 0)
          throw new ApiProblem('api/conflict', `${domain} is published here already`, {
            remedy: 'Look at the domain to see or change what is published.',
          })
        const { mxHostPatterns: mx } = body
        await audit('domain.add', domain, { mode: 'testing', mx, maxAgeSeconds, tlsRptRua, dnsWriter })
        await desk.beginPublishing()
        return wireDomain(await findDomain(desk, domain), versions, dnsWriters)
      }),
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
}

/** Reads what a person wrote, and says at which place it is wrong. */
function readAt<T>(path: string, text: string, read: (text: string) => T): T {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof WishError) throw wrongAt(path, error.message)
    throw error
  }
}

function wrongAt(path: string, message: string): ApiProblem {
  return new ApiProblem('api/unprocessable', message, { issues: [{ path, message }] })
}

function wireProposal({ seen, patterns, hoster, subdomains }: DomainProposal) {
  const hosts = 'hosts' in seen ? [...seen.hosts] : []
  return {
    mx: {
      kind: seen.kind,
      hosts,
      reason: 'reason' in seen ? seen.reason : null,
      resolver: 'resolver' in seen ? seen.resolver : null,
    },
    patterns: patterns.map(formatMxHostPattern),
    leftOut: hosts.filter(host => !matchMxHost(host, patterns)),
    hoster: hoster === undefined ? null : { title: hoster.title, note: hoster.note ?? null },
    subdomains: [...subdomains],
  }
}

function choicesOf({ recordSettings, records, policyHostListens }: PublishServices) {
  const delegations: ('direct' | 'cname')[] =
    recordSettings.operatorZone === undefined ? ['direct'] : ['direct', 'cname']
  return { delegations, dnsWriters: records.writers.map(({ name }) => name), policyHostListens }
}
