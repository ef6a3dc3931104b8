import {
  assessTlsaUsability,
  type BimiRecord,
  type DmarcRecord,
  declinesBimi,
  dmarcObstacles,
  mailtoAddress,
  quote,
  type TlsaRecord,
  type TlsRptRecord,
  uriHost,
} from '@sternpost/protocol'
import { finding, findingOfIssue, isTabledCode, type TabledCode } from '../catalogue/index.ts'
import type { Finding, FindingSubject } from '../finding.ts'
import { hasTemplateMarks, isPlaceholder } from './foreign-text.ts'

/** More addresses than this and senders pick (RFC 8460 §3 lets them). */
const MANY_ADDRESSES = 2

/** What is to be said of a TLSRPT record beyond its grammar. */
export function judgeTlsRptRecord({ rua }: TlsRptRecord, subject: FindingSubject): Finding<TabledCode>[] {
  const found: Finding<TabledCode>[] = []
  const say = (code: TabledCode, message: string) => found.push(finding(code, { subject, message }))
  const seen = new Set<string>()
  for (const { uri } of rua) {
    if (seen.has(uri)) say('tls-rpt/rua-duplicate', `${quote(uri)} stands twice (RFC 8460 §3)`)
    seen.add(uri)
    const host = hostOf(uri)
    if (hasTemplateMarks(uri) || isPlaceholder(uri)) {
      say(
        'tls-rpt/rua-placeholder',
        `${quote(uri)} is the address of a template; put in your own (RFC 8460 §3)`,
      )
    } else if (!isPublicHost(host)) {
      say('tls-rpt/rua-insecure', `${quote(uri)}: senders do not reach ${quote(host)} (RFC 8460 §3)`)
    }
  }
  if (seen.size > MANY_ADDRESSES) {
    say(
      'tls-rpt/rua-many',
      `there are ${seen.size} addresses; senders may use one of them only (RFC 8460 §3)`,
    )
  }
  return found
}

function hostOf(uri: string): string {
  const address = mailtoAddress(uri)
  return address === undefined
    ? (uriHost(uri) ?? '')
    : address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** A name with a dot; addresses, localhost and names of internal networks are none. */
function isPublicHost(host: string): boolean {
  if (/^[0-9.]+$|^\[/.test(host) || !host.includes('.')) return false
  return !/\.(?:local|localhost|localdomain|internal|lan|home\.arpa|invalid|onion)\.?$/.test(host)
}

/** Whether a sender can authenticate a server by a TLSA record, and how well it lives through renewals. */
export function judgeTlsaRecord(record: TlsaRecord, subject: FindingSubject): Finding<TabledCode>[] {
  const usability = assessTlsaUsability(record)
  if (!usability.usable) {
    const { issue } = usability
    // Data of the wrong length fit no server at all; the other faults leave the record to other uses.
    const severity = /-data-/.test(issue.code) ? 'error' : 'warning'
    return isTabledCode(issue.code) ? [findingOfIssue({ ...issue, code: issue.code }, subject, severity)] : []
  }
  const { usage, selector, matchingType } = usability.record
  const found: Finding<TabledCode>[] = []
  if (usage === 'DANE-EE' && selector === 'Cert') {
    const message =
      'the record names the certificate and breaks at each renewal; 3 1 1 names the key (RFC 7671 §5.1)'
    found.push(finding('dane/full-certificate', { subject, message }))
  }
  if (matchingType === 'Full') {
    const message =
      'the record holds everything in place of a digest, which makes answers large (RFC 7671 §10.1.2)'
    found.push(finding('dane/full-data', { subject, message }))
  }
  if (matchingType === 'SHA2-512') {
    const message = 'not every sender knows SHA-512; SHA-256 (matching type 1) all must know (RFC 7671 §9)'
    found.push(finding('dane/sha-512', { subject, message }))
  }
  return found
}

const obstacleWords = {
  'not-enforced': ['dmarc/not-enforced', 'p=none asks receivers for reports only (RFC 9989 §4.7)'],
  'subdomains-not-enforced': [
    'dmarc/subdomains-not-enforced',
    'sp=none leaves subdomains out (RFC 9989 §4.7)',
  ],
  partial: [
    'dmarc/partial',
    'pct below 100: receivers before RFC 9989 apply the policy to a part of the mail only (RFC 7489 §6.3)',
  ],
  testing: ['dmarc/testing', 't=y: receivers apply one step less than the policy says (RFC 9989 §4.7)'],
} as const satisfies Readonly<Record<string, readonly [TabledCode, string]>>

/** What a DMARC record lacks for BIMI; without a BIMI record it is advice. */
export function judgeDmarcRecord(record: DmarcRecord, subject: FindingSubject): Finding<TabledCode>[] {
  const kinds = dmarcObstacles(record, undefined).flatMap(({ kind }) => (kind === 'no-record' ? [] : [kind]))
  return kinds.map(kind => {
    const [code, message] = obstacleWords[kind]
    return finding(code, { subject, message, severity: 'advice' })
  })
}

export function judgeBimiRecord(record: BimiRecord, subject: FindingSubject): Finding<TabledCode>[] {
  if (declinesBimi(record)) {
    const message = 'l and a are empty: no indicator shall be shown (BIMI draft §5.3.1)'
    return [finding('bimi/declined', { subject, message })]
  }
  if (record.location === '' || record.evidence !== '') return []
  const message = 'there is no mark certificate (a=), without which Gmail and Apple show no indicator'
  return [finding('bimi/evidence-none', { subject, message })]
}
