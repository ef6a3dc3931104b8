import { generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { createTransport } from 'nodemailer'
import type { ZoneRecord } from './zone.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const SELECTOR = 'reports'

/** What nodemailer signs with, for a domain that reports. */
export function signingKey(domain: string) {
  return {
    domainName: domain,
    keySelector: SELECTOR,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The record that publishes the key reports are signed with, in strings of at most 255 bytes. */
export function reportKeyRecord(domain: string): ZoneRecord {
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const strings = `v=DKIM1; k=rsa; s=tlsrpt; p=${key}`.match(/.{1,250}/g) ?? []
  return {
    name: `${SELECTOR}._domainkey.${domain}`,
    type: 'TXT',
    data: strings.map(text => `"${text}"`).join(' '),
  }
}

export interface ReportMailOptions {
  /** Domain of the organization that reports; it signs. */
  readonly reporter: string
  readonly policyDomain: string
  readonly reportId: string
  readonly to: string
}

/** The report itself, packed. */
export function packedReport({ reporter, policyDomain, reportId }: Omit<ReportMailOptions, 'to'>): Buffer {
  const report = {
    'organization-name': `Organization of ${reporter}`,
    'date-range': { 'start-datetime': '2026-11-01T00:00:00Z', 'end-datetime': '2026-11-01T23:59:59Z' },
    'contact-info': `tls@${reporter}`,
    'report-id': reportId,
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', 'mode: testing', 'mx: mx.ours.test', 'max_age: 86400'],
          'policy-domain': policyDomain,
        },
        summary: { 'total-successful-session-count': 7, 'total-failure-session-count': 1 },
        'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 1 }],
      },
    ],
  }
  return gzipSync(JSON.stringify(report))
}

/** A report mail in the form of RFC 8460 §5.3, signed by another program than the one that verifies it. */
export async function signedReportMail(options: ReportMailOptions): Promise<Buffer> {
  const { reporter, policyDomain, reportId, to } = options
  const transport = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    dkim: signingKey(reporter),
  })
  const { message } = await transport.sendMail({
    from: `tls@${reporter}`,
    to,
    subject: `Report Domain: ${policyDomain} Submitter: ${reporter} Report-ID: <${reportId}@${reporter}>`,
    headers: { 'TLS-Report-Domain': policyDomain, 'TLS-Report-Submitter': reporter },
    text: 'A report about TLS.',
    attachments: [
      {
        filename: `${reporter}!${policyDomain}!1793491200!1793577599.json.gz`,
        contentType: 'application/tlsrpt+gzip',
        content: packedReport(options),
      },
    ],
  })
  return message as Buffer
}
