import { gzipSync } from 'node:zlib'
import {
  type FailureDetail,
  formatTlsReport,
  parseDomainName,
  type ReportedPolicy,
  type TlsReport,
} from '@sternpost/protocol'

/** One report in the forms it comes in. */
export interface SampleReport {
  readonly json: string
  readonly gzip: Buffer
  /** `multipart/report` with the gzip in base64 (RFC 8460 §5.3). */
  readonly mail: Buffer
  /** RFC 8460 §5.1. */
  readonly fileName: string
}

export const SAMPLE_DOMAINS = 2_000
const DAYS = 365
const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2025, 0, 1)

const senders = [
  { name: 'Big Mail Inc.', domain: 'big.example' },
  { name: 'Office Mail Corporation', domain: 'office.example' },
  { name: 'Portal', domain: 'portal.example' },
  { name: 'Cable Communications', domain: 'cable.example' },
  { name: 'University of Examples', domain: 'university.example' },
] as const

const failureTypes = ['certificate-expired', 'starttls-not-supported', 'certificate-host-mismatch'] as const

/**
 * Makes the report with a number, the same in every run: a third are successes under an MTA-STS policy, a quarter have
 * MTA-STS and DANE side by side, a third have failures, the rest no policy.
 */
export function sampleReport(index: number): SampleReport {
  const random = createRandom(index)
  const sender = senders[index % senders.length] ?? senders[0]
  const domain = `d${Math.floor(index / senders.length) % SAMPLE_DOMAINS}.example`
  const day = Math.floor(index / (senders.length * SAMPLE_DOMAINS)) % DAYS
  const startAt = FIRST_DAY + day * DAY_MS
  const endAt = startAt + DAY_MS - 1000
  const reportId = `${new Date(startAt).toISOString().slice(0, 10)}-${index}-${hex(random)}@${sender.domain}`
  const report: TlsReport = {
    organizationName: sender.name,
    contactInfo: `tls-reports@${sender.domain}`,
    reportId,
    startAt,
    endAt,
    day: undefined,
    policies: makePolicies(domain, random),
  }
  const json = formatTlsReport(report)
  const gzip = gzipSync(json, { chunkSize: 4096 })
  const fileName = `${sender.domain}!${domain}!${startAt / 1000}!${endAt / 1000}!${index}.json.gz`
  return { json, gzip, mail: wrapInMail({ gzip, sender, domain, reportId, fileName }), fileName }
}

function makePolicies(domain: string, random: () => number): ReportedPolicy[] {
  const shape = random()
  const successes = 1 + Math.floor(random() ** 3 * 5_000)
  if (shape < 0.35) return [stsPolicy(domain, successes, [])]
  if (shape < 0.6) return [stsPolicy(domain, successes, []), tlsaPolicy(domain, successes)]
  if (shape < 0.95) {
    const details = Array.from({ length: 2 + Math.floor(random() * 7) }, () => makeFailure(domain, random))
    return [stsPolicy(domain, successes, details)]
  }
  return [policy('no-policy-found', domain, successes)]
}

function stsPolicy(domain: string, successes: number, failures: readonly FailureDetail[]): ReportedPolicy {
  const patterns = [`mx1.${domain}`, `mx2.${domain}`, `*.backup.${domain}`]
  return {
    ...policy('sts', domain, successes),
    policyStrings: [
      'version: STSv1',
      'mode: enforce',
      ...patterns.map(pattern => `mx: ${pattern}`),
      'max_age: 604800',
    ],
    mxHostPatterns: patterns,
    failureSessionCount: failures.reduce((sum, { failedSessionCount }) => sum + failedSessionCount, 0),
    failures,
  }
}

function tlsaPolicy(domain: string, successes: number): ReportedPolicy {
  const digest = '8cb0fc6c527506a053f4f14c8464bebbd6dede2738d11468dd953d7d6a3021f1'
  return {
    ...policy('tlsa', domain, successes),
    policyStrings: [`3 1 1 ${digest}`, `3 1 1 ${[...digest].reverse().join('')}`],
    mxHostPatterns: [`mx1.${domain}`],
  }
}

function policy(policyType: string, domain: string, successfulSessionCount: number): ReportedPolicy {
  const name = parseDomainName(domain)
  if (!name.ok) throw new Error(`no domain name: ${domain}`)
  return {
    policyType,
    policyDomain: name.value,
    policyStrings: [],
    mxHostPatterns: [],
    successfulSessionCount,
    failureSessionCount: 0,
    failures: [],
  }
}

function makeFailure(domain: string, random: () => number): FailureDetail {
  const host = `mx${1 + Math.floor(random() * 2)}.${domain}`
  return {
    resultType: failureTypes[Math.floor(random() * failureTypes.length)] ?? 'validation-failure',
    failedSessionCount: 1 + Math.floor(random() * 20),
    sendingMtaIp: `192.0.2.${Math.floor(random() * 8) + 1}`,
    receivingMxHostname: host,
    receivingMxHelo: host,
    receivingIp: random() < 0.5 ? '198.51.100.25' : '2001:db8::25',
    additionalInformation: undefined,
    failureReasonCode: undefined,
  }
}

interface Envelope {
  readonly gzip: Buffer
  readonly sender: { readonly name: string; readonly domain: string }
  readonly domain: string
  readonly reportId: string
  readonly fileName: string
}

function wrapInMail({ gzip, sender, domain, reportId, fileName }: Envelope): Buffer {
  const base64 = gzip.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n')
  const lines = [
    `Received: from out.${sender.domain} (out.${sender.domain} [192.0.2.25])`,
    `\tby mx1.${domain} (Postfix) with ESMTPS id 4XyZ for <tlsrpt@${domain}>;`,
    '\tThu, 01 Jan 2026 03:00:01 +0000 (UTC)',
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${sender.domain}; s=tlsrpt;`,
    '\th=from:to:subject:date:message-id:tls-report-domain:tls-report-submitter;',
    `\tbh=${'A'.repeat(43)}=; b=${'B'.repeat(64)}`,
    `\t${'C'.repeat(72)}`,
    `From: ${sender.name} <tls-reports@${sender.domain}>`,
    `To: <tlsrpt@${domain}>`,
    `Subject: Report Domain: ${domain} Submitter: ${sender.domain}`,
    ` Report-ID: <${reportId}>`,
    'Date: Thu, 01 Jan 2026 03:00:00 +0000',
    `Message-ID: <${reportId}>`,
    `TLS-Report-Domain: ${domain}`,
    `TLS-Report-Submitter: ${sender.domain}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type="tlsrpt"; boundary="=_next"',
    '',
    '--=_next',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `This is an aggregate TLS report from ${sender.name} about ${domain}.`,
    '',
    '--=_next',
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${fileName}"`,
    '',
    base64,
    '--=_next--',
    '',
  ]
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0')
}

/** Numbers from 0 to 1 that look random and follow from the seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
