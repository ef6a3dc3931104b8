import { selectBimiRecord } from '@sternpost/protocol'
import { type CheckIssueCode, finding } from '../catalogue/index.ts'
import type { Finding, FindingSubject } from '../finding.ts'
import { answerTo, type DomainView, textsOf } from './domain-view.ts'
import { probedAddresses } from './probed-address.ts'
import { speaksOldVersionsOnly } from './tls-versions.ts'

type FineCode = Extract<CheckIssueCode, `${string}/fine`>

/**
 * Says of each area what was looked at and found good.
 *
 * Shape: `found` is what there is to say already; an area with a fault, or one that was not looked at, is left out.
 */
export function assessFine(view: DomainView, found: readonly Finding[]): readonly Finding[] {
  const troubled = new Set(
    found
      .filter(({ severity }) => severity !== 'ok' && severity !== 'advice')
      .map(({ code }) => areaOf(code)),
  )
  return candidates(view, found)
    .filter(({ code }) => !troubled.has(areaOf(code)))
    .map(({ code, message, subject }) =>
      finding(code, {
        severity: 'ok',
        subject: subject ?? { kind: 'domain', domain: view.domain },
        message,
        evidence: [],
      }),
    )
}

interface Candidate {
  readonly code: FineCode
  readonly message: string
  readonly subject?: FindingSubject
}

function candidates(view: DomainView, found: readonly Finding[]): readonly Candidate[] {
  const { domain, observation, hosts, policy } = view
  const { nextHop, vantage, nameServers, policyHost } = observation
  const fine: Candidate[] = []
  const has = (code: string) => found.some(one => one.code === code)
  if (nameServers.length > 0 && nameServers.every(({ servers }) => servers.length > 0)) {
    const count = nameServers[0]?.servers.length ?? 0
    fine.push({
      code: 'dns/fine',
      message: `${count} addresses of name servers give the same answers for ${domain}.`,
    })
  }
  if (!('hosts' in nextHop) || !view.takesMail) return fine
  if (vantage.validates && nextHop.mxDnssec === 'secure') {
    fine.push({ code: 'dnssec/fine', message: `The MX records of ${domain} are signed.` })
  }
  const probed = hosts.flatMap(probedAddresses)
  const names = hosts.map(({ mxHost }) => mxHost).join(', ')
  if (nextHop.route === 'mx' && hosts.length > 0) {
    fine.push({ code: 'mx/fine', message: `The MX records of ${domain} lead to ${names}.` })
  }
  if (probed.length > 0 && probed.every(({ smtp }) => smtp.startTlsOffered !== undefined)) {
    fine.push({ code: 'smtp/fine', message: `All ${probed.length} addresses of ${names} answer on port 25.` })
  }
  if (
    probed.length > 0 &&
    probed.every(({ smtp }) => smtp.tls !== undefined && !speaksOldVersionsOnly(smtp))
  ) {
    const versions = [...new Set(probed.map(({ smtp }) => smtp.tls?.version ?? ''))].sort().join(', ')
    fine.push({
      code: 'starttls/fine',
      message: `STARTTLS leads to ${versions} on all ${probed.length} addresses.`,
    })
    if (probed.every(({ smtp }) => smtp.tls?.chain.valid === true)) {
      fine.push({
        code: 'mx-certificate/fine',
        message: `All ${probed.length} addresses show a valid certificate.`,
      })
    }
  }
  const served =
    (policyHost?.responses.length ?? 0) > 0 &&
    policyHost?.responses.every(({ issues }) => issues.length === 0)
  if (view.record !== null && served) {
    fine.push({
      code: 'policy-host/fine',
      subject: { kind: 'policy-host', host: `mta-sts.${domain}` },
      message: `mta-sts.${domain} serves the policy on ${policyHost?.responses.length} addresses.`,
    })
  }
  if (policy !== null && policy.mode !== 'none' && hosts.every(({ listed }) => listed === true)) {
    fine.push({
      code: 'mta-sts/fine',
      message: `The policy of ${domain} has mode ${policy.mode} and lists every MX host.`,
    })
  }
  const covered = nextHop.hosts.every(({ tlsa }) => tlsa.kind === 'secure')
  if (
    vantage.validates &&
    nextHop.mxDnssec === 'secure' &&
    covered &&
    probed.some(({ smtp }) => smtp.tls !== undefined)
  ) {
    fine.push({ code: 'dane/fine', message: `The TLSA records of ${names} fit the certificates.` })
  }
  if (
    answerTo(observation, `_smtp._tls.${domain}`, 'TXT')?.kind === 'records' &&
    !has('tls-rpt/record-none')
  ) {
    fine.push({ code: 'tls-rpt/fine', message: `TLS reports are asked for at _smtp._tls.${domain}.` })
  }
  if (
    selectBimiRecord(textsOf(answerTo(observation, `default._bimi.${domain}`, 'TXT'))).kind === 'one' &&
    !troubledBimi(found)
  ) {
    fine.push({ code: 'bimi/fine', message: `The BIMI record of ${domain} is right, and DMARC allows it.` })
  }
  return fine
}

function troubledBimi(found: readonly Finding[]): boolean {
  return found.some(({ code }) => code === 'bimi/declined' || code.startsWith('dmarc/'))
}

function areaOf(code: string): string {
  return code.split('/', 1)[0] ?? ''
}
