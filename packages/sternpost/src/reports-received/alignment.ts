import { domainToASCII } from 'node:url'
import { parseDomainName } from '@sternpost/protocol'
import { getDomain } from 'tldts'

/** Domains that say who wrote a report, each with the place it stands at, for messages. */
export interface ClaimedDomain {
  readonly place: 'From' | 'TLS-Report-Submitter' | 'contact-info'
  readonly domain: string
}

/**
 * Says whether two names belong to one organization: the same registrable domain by the Public Suffix List, its
 * private part included, so that two customers of one hoster are two.
 *
 * Lenient: Mail.ru signs as corp.mail.ru and names mail.ru as Submitter.
 * Source: RFC 7489 §3.2, §3.1.1 (relaxed alignment).
 */
export function isSameOrganization(one: string, other: string): boolean {
  return one === other || organizationalDomain(one) === organizationalDomain(other)
}

function organizationalDomain(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain
}

/**
 * Takes the domain out of an address or a bare name, as it stands in From, Submitter or contact-info.
 *
 * Lenient: `mailto:`, angle brackets and a name before them; RFC 8460 §4.4 wants a bare address.
 */
export function readClaimedDomain(text: string): string | undefined {
  // A claim is as long as an address may be; anything longer is not worth a search.
  const claim = text.slice(0, 1024).trim()
  const at = claim.lastIndexOf('@')
  const end = /[\s>,;?()]/
  const tail = claim.slice(at + 1).replace(/^mailto:/i, '')
  const stop = tail.search(end)
  const parsed = parseDomainName(stop === -1 ? tail : tail.slice(0, stop), {
    toAscii: domainToASCII,
    underscore: true,
  })
  return parsed.ok ? parsed.value : undefined
}
