import type { ObservedResponse } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import type { Evidence } from '../finding.ts'
import type { DomainView } from './domain-view.ts'
import { seenAt } from './evidence.ts'

/** The policy host, and the address where only one of them is meant. */
export function policyHostSubject(view: DomainView, address?: string) {
  const host = `mta-sts.${view.domain}`
  return { kind: 'policy-host', host, ...(address === undefined ? {} : { address }) } as const
}

/** What senders do without a policy: nothing new if they have an old one, nothing at all otherwise. */
export const WITHOUT_POLICY =
  'senders get no policy; those who have an old one keep it until its max_age has passed, all others deliver unprotected'

/** What one address answered. */
export function responseEvidence(response: ObservedResponse): readonly Evidence[] {
  const { url, address, startedAt, status, location, headers, bodyText, issues, chain, tlsVersion } = response
  const facts = [
    ...(tlsVersion === undefined ? [] : [tlsVersion]),
    ...(chain?.certificates[0] === undefined ? [] : [`certificate ${chain.certificates[0].subject}`]),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(location === undefined ? [] : [`Location: ${location}`]),
    ...(headers?.['content-type'] === undefined ? [] : [`Content-Type: ${headers['content-type']}`]),
    ...issues.slice(0, 3).map(({ message }) => message),
  ]
  const body = bodyText === undefined ? '' : `; begins ${quote(bodyText.slice(0, 120), 120)}`
  return [seenAt(`${url}: ${facts.join(', ')}${body}`, address, startedAt)]
}
