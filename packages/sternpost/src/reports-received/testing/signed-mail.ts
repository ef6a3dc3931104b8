import { generateKeyPairSync } from 'node:crypto'
import { createDnsServer, type DnsServer, zone } from '@sternpost/lab'
import { createDnsClient, type DnsClient } from '@sternpost/network'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'

/** One key for all: what differs in the tests is what is signed and what the records say. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicKeyText = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** A key record; `tags` such as `s=tlsrpt` stand before the key. */
export function keyRecord(...tags: string[]): string {
  return ['v=DKIM1', 'k=rsa', ...tags, `p=${publicKeyText}`].join('; ')
}

/** Key records by `selector._domainkey.domain`, served by a real resolver to a real client. */
export async function serveKeys(
  records: Readonly<Record<string, string>>,
): Promise<{ readonly dns: DnsClient; readonly server: DnsServer; close(): Promise<void> }> {
  const names = Object.entries(records).map(([name, text]) => [name, { TXT: text }])
  const server = await createDnsServer({
    address: '127.0.0.1',
    port: 0,
    source: zone(Object.fromEntries(names)),
  })
  const dns = createDnsClient({ servers: [`127.0.0.1:${server.port}`], tries: 1, timeoutsMs: [1000] })
  return {
    dns,
    server,
    async close() {
      dns.close()
      await server.close()
    },
  }
}

export interface ReportMail {
  readonly from: string
  readonly submitter?: string
  readonly contactInfo?: string
  readonly reportId?: string
  readonly policyDomain?: string
}

/** A report as mail in the form of RFC 8460 §5.3, not signed. */
export function reportMail(mail: ReportMail): string {
  const report = JSON.stringify({
    'organization-name': 'Example Org',
    'date-range': { 'start-datetime': '2026-11-01T00:00:00Z', 'end-datetime': '2026-11-01T23:59:59Z' },
    'contact-info': mail.contactInfo ?? mail.from,
    'report-id': mail.reportId ?? 'report-1',
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', 'mode: testing', 'mx: mx.ours.test', 'max_age: 86400'],
          'policy-domain': mail.policyDomain ?? 'ours.test',
          'mx-host': ['mx.ours.test'],
        },
        summary: { 'total-successful-session-count': 5, 'total-failure-session-count': 0 },
      },
    ],
  })
  return [
    `From: Reporter <${mail.from}>`,
    'To: <reports@ours.test>',
    'Subject: Report Domain: ours.test Submitter: example.test Report-ID: <report-1@example.test>',
    'Date: Mon, 02 Nov 2026 03:00:00 +0000',
    `Message-ID: <${mail.reportId ?? 'report-1'}@example.test>`,
    'TLS-Report-Domain: ours.test',
    `TLS-Report-Submitter: ${mail.submitter ?? mail.from.split('@')[1]}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=tlsrpt; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'A report.',
    '--b',
    'Content-Type: application/tlsrpt+json',
    '',
    report,
    '--b--',
    '',
  ].join('\r\n')
}

export interface SigningOptions {
  readonly domain: string
  readonly selector?: string
  readonly maxBodyLength?: number
  readonly expires?: Date
}

/** Puts a signature in front of a mail. */
export async function signMail(mail: string, options: SigningOptions): Promise<string> {
  const who = {
    signingDomain: options.domain,
    selector: options.selector ?? 'sel',
    privateKey: privateKeyPem,
    ...(options.maxBodyLength === undefined ? {} : { maxBodyLength: options.maxBodyLength }),
  }
  const { signatures, errors } = await dkimSign(mail, {
    ...who,
    signatureData: [who],
    signTime: new Date('2026-11-02T03:00:00Z'),
    ...(options.expires === undefined ? {} : { expires: options.expires }),
  })
  if (errors[0] !== undefined) throw errors[0].err
  return signatures + mail
}
