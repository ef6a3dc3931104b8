import { gzipSync } from 'node:zlib'
import { createTransport } from 'nodemailer'
import type { IncomingDocument } from '../../../packages/sternpost/src/reports-received/index.ts'
import { signingKey } from '../../harness/report-mail.ts'
import { type Reporter, type Role, type RoleFailure, reporters } from './cast.ts'

/** What one reporter says of one domain and day. */
export interface ReportFacts {
  readonly reporter: Reporter
  readonly domain: string
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly sessions: number
  readonly failures: readonly RoleFailure[]
  readonly policyLines: readonly string[]
  readonly mxHosts: readonly string[]
}

/** The reports about a domain's day, from everybody who reports about it. */
export function reportsOfDay(
  role: Role,
  daysAgo: number,
  day: string,
  policyLines: readonly string[],
): ReportFacts[] {
  return reporters.flatMap((reporter, index) => {
    // A reporter is silent on some days, as real ones are.
    if ((daysAgo + 3 * index + role.domain.length) % 13 === 0) return []
    const sessions = Math.round(role.sessions * reporter.share * (1 + 0.3 * Math.sin(daysAgo + index)))
    const failures = (role.failures ?? []).filter(
      failure =>
        daysAgo <= failure.fromDaysAgo &&
        daysAgo >= failure.toDaysAgo &&
        failure.reporters.includes(reporter.name),
    )
    if (sessions === 0 && failures.length === 0) return []
    const { domain, mxHosts } = role
    return [{ reporter, domain, day, sessions, failures, policyLines, mxHosts }]
  })
}

export function reportJson({
  reporter,
  domain,
  day,
  sessions,
  failures,
  policyLines,
  mxHosts,
}: ReportFacts): string {
  const failed = failures.reduce((sum, { count }) => sum + count, 0)
  const policyType = policyLines.length === 0 ? 'no-policy-found' : 'sts'
  return JSON.stringify({
    'organization-name': reporter.name,
    'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
    'contact-info': `tls-reports@${reporter.domain}`,
    'report-id': `${day}T00:00:00Z_${domain}`,
    policies: [
      {
        policy: {
          'policy-type': policyType,
          'policy-domain': domain,
          ...(policyType === 'sts' ? { 'policy-string': policyLines, 'mx-host': mxHosts } : {}),
        },
        summary: {
          'total-successful-session-count': sessions,
          'total-failure-session-count': failed,
        },
        'failure-details': failures.map(failure => ({
          'result-type': failure.resultType,
          'failed-session-count': failure.count,
          'sending-mta-ip': '192.0.2.25',
          'receiving-mx-hostname': failure.mxHost,
          'receiving-ip': failure.mxHost === undefined ? undefined : '198.51.100.25',
          'failure-reason-code': failure.reasonCode,
        })),
      },
    ],
  })
}

/** A report as it comes in, by the way its reporter sends. */
export async function documentOf(facts: ReportFacts, receivedAt: number): Promise<IncomingDocument> {
  const { reporter, day, domain } = facts
  const json = reportJson(facts)
  const fileName = `${reporter.domain}!${domain}!${day}.json.gz`
  switch (reporter.way) {
    case 'https':
      return {
        channel: 'https',
        bytes: Buffer.from(json),
        contentType: 'application/tlsrpt+json',
        sourceAddress: '203.0.113.9',
        receivedAt,
      }
    case 'file':
      return { channel: 'import', bytes: gzipSync(json), fileName, receivedAt }
    case 'mail':
    case 'signed-mail':
      return {
        channel: 'smtp',
        bytes: await reportMail(facts, gzipSync(json), fileName),
        recipient: `tls-reports@${domain}`,
        sourceAddress: '203.0.113.25',
        receivedAt,
      }
  }
}

async function reportMail(
  { reporter, domain, day }: ReportFacts,
  content: Buffer,
  filename: string,
): Promise<Buffer> {
  const transport = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...(reporter.way === 'signed-mail' ? { dkim: signingKey(reporter.domain) } : {}),
  })
  const { message } = await transport.sendMail({
    from: `${reporter.name} <tls-reports@${reporter.domain}>`,
    to: `tls-reports@${domain}`,
    subject: `Report Domain: ${domain} Submitter: ${reporter.domain} Report-ID: <${day}@${reporter.domain}>`,
    date: new Date(`${day}T23:59:59Z`),
    headers: { 'TLS-Report-Domain': domain, 'TLS-Report-Submitter': reporter.domain },
    text: 'A report about TLS.',
    attachments: [{ filename, contentType: 'application/tlsrpt+gzip', content }],
  })
  return message as Buffer
}
