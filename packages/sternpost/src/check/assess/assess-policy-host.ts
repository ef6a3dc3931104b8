import type { ChainFault, ObservedResponse } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { finding, isTabledCode, type TabledCode } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { assessServedPolicy } from './assess-served-policy.ts'
import { answerTo, type DomainView, looksLikePage, servesPolicy } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { policyHostSubject, responseEvidence, WITHOUT_POLICY } from './policy-host-words.ts'
import { proposedPolicy } from './proposed-policy.ts'

/**
 * Judges the host that serves the policy, each of its addresses.
 *
 * Shape: without a record nobody asks the host, and what is wrong there is no finding; a policy that answers all the
 * same is one of the record.
 */
export function assessPolicyHost(view: DomainView): readonly Finding[] {
  const seen = view.observation.policyHost
  if (seen === null || view.record === null || !view.takesMail) return []
  const good = seen.responses.filter(servesPolicy)
  const [first] = seen.responses
  if (good.length === 0) return [notServed(view, first)]
  return assessServedPolicy(view, good)
}

/** What ends a fetch without saying anything of the host. */
const notOurs: readonly string[] = ['policy-host/aborted', 'policy-host/proxy']

/** No address serves the policy: the reason that lies deepest, with the usual cause. */
function notServed(view: DomainView, response: ObservedResponse | undefined): Finding {
  const { domain } = view
  if (response === undefined) return noAddress(view)
  const issue = response.issues.find(({ code }) => code !== 'policy-host/content-type') ?? response.issues[0]
  const code =
    response.chain === undefined ? handshakeCode(view, issue?.code) : (chainCode(response) ?? issue?.code)
  const place = wrongPlace(view)
  if (place !== undefined && (code === 'policy-host/http-status' || code === 'policy-host/redirect'))
    return place
  // Behind a certificate that is not its own, the page is another site's.
  const page = chainCode(response) === undefined ? pageInstead(view, response) : undefined
  if (page !== undefined) return page
  const evidence = responseEvidence(response)
  if (code === undefined || !isTabledCode(code) || notOurs.includes(code)) {
    return finding('policy-host/aborted', {
      severity: 'unknown',
      subject: policyHostSubject(view),
      message: `The policy of ${domain} could not be fetched from here: ${issue?.message ?? 'the time of the check ended'}.`,
      evidence,
    })
  }
  return finding(code, {
    // Many senders take any media type; those that do not, Sternpost among them, get no policy.
    severity: code === 'policy-host/content-type' ? 'warning' : 'error',
    subject: policyHostSubject(
      view,
      view.observation.policyHost?.responses.length === 1 ? undefined : response.address,
    ),
    message: `${explain(view, response, code) ?? `The policy host mta-sts.${domain} does not serve the policy: ${issue?.message}`}: ${WITHOUT_POLICY}.`,
    evidence,
    remedy: remedyFor(view, response, code),
  })
}

function noAddress(view: DomainView): Finding {
  const { domain, observation } = view
  const answers =
    observation.policyHost === null ? [] : [observation.policyHost.A, observation.policyHost.AAAA]
  const failed = answers.find(answer => answer.kind === 'failure')
  const evidence = [
    answerTo(observation, `mta-sts.${domain}`, 'A'),
    answerTo(observation, `mta-sts.${domain}`, 'AAAA'),
  ].flatMap(dnsEvidence)
  if (failed !== undefined && failed.dnssec !== 'bogus') {
    return finding('policy-host/dns', {
      severity: 'unknown',
      subject: policyHostSubject(view),
      message: `mta-sts.${domain} could not be looked up from here, so that nothing is known of the policy.`,
      evidence,
    })
  }
  return finding('policy-host/no-address', {
    severity: 'error',
    subject: policyHostSubject(view),
    message: `A record announces a policy, but mta-sts.${domain} has no address: ${WITHOUT_POLICY}.`,
    evidence,
    remedy: {
      text: `Publish an address for mta-sts.${domain} and serve the policy there.`,
      replacements: [proposedPolicy(view)],
    },
  })
}

/** A handshake that failed only because nothing newer than TLS 1.1 is offered is told so. */
function handshakeCode(view: DomainView, code: string | undefined): string | undefined {
  const isOld = code === 'policy-host/tls' && view.observation.policyHost?.oldTls !== undefined
  return isOld ? 'policy-host/tls-version' : code
}

/** More exact words than the fetcher has, as it stops at the first fault of a chain. */
function chainCode(response: ObservedResponse): TabledCode | undefined {
  const faults = new Set<ChainFault>(response.chain?.faults ?? [])
  if (faults.size === 0) return undefined
  if (faults.has('self-signed')) return 'policy-host/certificate-self-signed'
  if (faults.has('expired')) return 'policy-host/certificate-expired'
  if (faults.has('not-yet-valid')) return 'policy-host/certificate-not-yet-valid'
  if (faults.has('incomplete-chain')) return 'policy-host/certificate-incomplete'
  if (faults.has('wrong-name')) {
    const [leaf] = response.chain?.certificates ?? []
    const byCommonName =
      leaf?.dnsNamesTotal === 0 && leaf.subject.includes(response.chain?.referenceName ?? '\0')
    return byCommonName ? 'policy-host/certificate-common-name' : 'policy-host/certificate-name'
  }
  return 'policy-host/certificate-untrusted'
}

function explain(view: DomainView, response: ObservedResponse, code: TabledCode): string | undefined {
  const host = `mta-sts.${view.domain}`
  const [leaf] = response.chain?.certificates ?? []
  const names = leaf?.dnsNames
    .slice(0, 3)
    .map(name => quote(name))
    .join(', ')
  switch (code) {
    case 'policy-host/certificate-self-signed':
      return `The certificate of ${host} is self-signed`
    case 'policy-host/certificate-incomplete':
      return `${host} does not send the intermediate certificate, so that no chain to a trusted CA is there; browsers hide this, as they fetch it by themselves`
    case 'policy-host/certificate-common-name':
      return `The certificate of ${host} has the name in the common name only, which does not count`
    case 'policy-host/certificate-name':
      return `The certificate of ${host} is for ${names || 'no DNS name'}: the web server shows that of another site, most often because ${host} is not set up as a site of its own`
    case 'policy-host/tls-version':
      return `${host} speaks ${view.observation.policyHost?.oldTls?.version} at best, where TLS 1.2 is needed`
    case 'policy-host/redirect':
      return `${host} redirects to ${quote(response.location ?? '')}, which senders must not follow${redirectCause(view, response)}`
    case 'policy-host/http-status':
      return statusExplanation(host, response)
    default:
      return undefined
  }
}

function redirectCause(view: DomainView, { location = '' }: ObservedResponse): string {
  if (location.includes(`//www.`)) return '; a rule meant for the web site sends everything to www'
  if (/\.txt\/$/.test(location)) return '; a rule adds a slash to every path'
  if (location.startsWith('http:')) return '; a rule leads back to http'
  return location.includes(`//${view.domain}`) ? '; a rule meant for the web site sends everything to it' : ''
}

function statusExplanation(host: string, { status, headers }: ObservedResponse): string {
  const server = headers?.server === undefined ? '' : ` (${quote(headers.server)})`
  if (status !== 404) return `${host} answers with status ${status}${server} where 200 is needed`
  return `${host} answers 404${server}: the file is not at /.well-known/mta-sts.txt; web servers and site generators often leave out folders that begin with a dot, or keep .well-known for their certificate client`
}

function remedyFor(
  view: DomainView,
  response: ObservedResponse,
  code: TabledCode,
): Finding['remedy'] & object {
  if (code.startsWith('policy-host/certificate')) {
    const [leaf] = response.chain?.certificates ?? []
    const until =
      leaf?.notAfter == null
        ? ''
        : ` (this one is good until ${new Date(leaf.notAfter).toISOString().slice(0, 10)})`
    return {
      text: `Let the web server send a certificate of a public CA for mta-sts.${view.domain}, with the intermediate certificates${until}.`,
      replacements: [],
    }
  }
  if (code === 'policy-host/redirect') {
    return {
      text: 'Answer with status 200 at this very address; leave /.well-known/mta-sts.txt out of every redirect.',
      replacements: [proposedPolicy(view)],
    }
  }
  return {
    text: `Serve the policy with status 200 at https://mta-sts.${view.domain}/.well-known/mta-sts.txt on every address.`,
    replacements: [proposedPolicy(view)],
  }
}

/** A file that is there, but where no sender looks. */
function wrongPlace(view: DomainView): Finding | undefined {
  const found = view.observation.policyHost?.wrongPlaces.find(({ policy }) => policy !== undefined)
  if (found === undefined) return undefined
  return finding('policy-host/wrong-place', {
    severity: 'error',
    subject: policyHostSubject(view),
    message: `The policy is at ${found.url}; senders ask only https://mta-sts.${view.domain}/.well-known/mta-sts.txt: ${WITHOUT_POLICY}.`,
    evidence: responseEvidence(found),
    remedy: {
      text: `Serve the file at https://mta-sts.${view.domain}/.well-known/mta-sts.txt.`,
      replacements: [proposedPolicy(view)],
    },
  })
}

/** A web page in place of the policy: a site, or a wall against robots. */
function pageInstead(view: DomainView, response: ObservedResponse): Finding | undefined {
  const other = view.observation.policyHost?.otherUserAgent
  if (response.status !== undefined && other?.policy !== undefined && response.policy === undefined) {
    return finding('policy-host/blocked', {
      severity: 'error',
      subject: policyHostSubject(view),
      message: `A browser gets the policy of ${view.domain}, a mail server gets status ${response.status}: a protection against robots stands before it, and ${WITHOUT_POLICY}.`,
      evidence: [...responseEvidence(response), ...responseEvidence(other)],
      remedy: {
        text: `Leave mta-sts.${view.domain} out of the bot protection.`,
        replacements: [proposedPolicy(view)],
      },
    })
  }
  if (response.status !== 200 || !looksLikePage(response)) return undefined
  return finding('policy-host/html', {
    severity: 'error',
    subject: policyHostSubject(view),
    message: `mta-sts.${view.domain} answers with a web page where the policy should be: ${WITHOUT_POLICY}.`,
    evidence: responseEvidence(response),
    remedy: {
      text: 'Make mta-sts a site of its own that serves this one file.',
      replacements: [proposedPolicy(view)],
    },
  })
}
