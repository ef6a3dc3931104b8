import * as z from 'zod'
import {
  domainName,
  duration,
  filePath,
  listenAddress,
  listenAddressOrOff,
  mailRecipient,
  size,
} from './values.ts'

/** How far a report may be believed; the same words as in the room that receives reports. */
const trustLevels = ['authenticated', 'imported', 'unauthenticated', 'untrusted'] as const

const certFile = (example: string) => filePath().optional().meta({ example })

const retention = z
  .strictObject({
    raw: duration({ min: '1d', max: '100000d' })
      .prefault('400d')
      .describe('How long reports are kept word for word; they go with their facts at the latest.'),
    facts: duration({ min: '1d', max: '100000d' })
      .prefault('400d')
      .describe(
        'How long it is kept what each report says: policies, failures, addresses, who sent it. A report that comes again after that counts again.',
      ),
    rollUps: duration({ min: '1d', max: '100000d' })
      .prefault('3650d')
      .describe('How long daily sums by domain, reporter, policy type, result and MX host are kept.'),
  })
  .transform(({ raw, facts, rollUps }) => ({
    rawSeconds: raw,
    factsSeconds: facts,
    rollUpsSeconds: rollUps,
  }))
  .describe('How long reports are kept, counted from when they came in (sums: from their day).')

const limits = z
  .strictObject({
    documentBytes: size({ min: '64KiB', max: '256MiB' })
      .prefault('20MiB')
      .describe('The largest mail, file or request that is read.'),
    unpackedBytes: size({ min: '64KiB', max: '1GiB' })
      .prefault('32MiB')
      .describe('What all the reports of one document may hold, unpacked.'),
    ratio: z
      .int()
      .min(10)
      .max(10_000)
      .default(200)
      .describe('How many times its packed size a report may unpack to; real ones stay below 20.'),
    members: z.int().min(1).max(100_000).default(1000).describe('Members of an archive, or parts of a mail.'),
    nesting: z.int().min(1).max(10).default(3).describe('How deep archives may lie in archives.'),
  })
  .describe('Where reading a document stops, so that no stranger can fill memory or disk with a small file.')

const https = z
  .strictObject({
    accept: z
      .boolean()
      .default(true)
      .describe(
        'Take reports by POST to /v1/tlsrpt (RFC 8460 §5.4) on the address of `http.listen`: the way behind a proxy that does TLS, which should limit requests by address itself, as all seem to come from it.',
      ),
    listen: listenAddressOrOff()
      .prefault('off')
      .describe('An address of its own that takes reports and nothing else, such as 0.0.0.0:443, or `off`.'),
    certFile: certFile('/etc/sternpost/reports.pem').describe(
      'The certificate chain for `listen`, in PEM; without it `listen` speaks plain HTTP. Read again when it changes.',
    ),
    keyFile: certFile('/etc/sternpost/reports.key').describe('The private key of `certFile`, in PEM.'),
    maxPerMinute: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(120)
      .describe('Requests per minute from one address (IPv6: one /64); further ones are answered with 429.'),
  })
  .superRefine((section, context) => needBoth(section, context))
  .describe('Reports by HTTPS, for `rua=https:`. They carry no proof of who sent them.')

const smtp = z
  .strictObject({
    listen: z
      .array(listenAddress())
      .max(16)
      .prefault([])
      .meta({ example: ['127.0.0.1:2525'] })
      .describe('Where mail with reports is taken: an address and port, or unix:/path. Empty: nowhere.'),
    recipients: z
      .array(mailRecipient())
      .max(10_000)
      .prefault([])
      .meta({ example: ['tls-reports@example.com'] })
      .describe('The only recipients mail is taken for; @example.com means every address of the domain.'),
    lmtp: z
      .boolean()
      .default(false)
      .describe('Speak LMTP, as a mail server hands over to a mailbox, in place of SMTP.'),
    hostname: domainName()
      .optional()
      .meta({ example: 'reports.example.com' })
      .describe('The name in the greeting. Default: the name of the machine.'),
    certFile: certFile('/etc/sternpost/smtp.pem').describe(
      'The certificate chain for STARTTLS, in PEM. Without it STARTTLS is not offered. Read again when it changes.',
    ),
    keyFile: certFile('/etc/sternpost/smtp.key').describe('The private key of `certFile`, in PEM.'),
    maxMessageBytes: size({ min: '64KiB', max: '256MiB' })
      .prefault('20MiB')
      .describe('The largest mail that is taken; said in the greeting (SIZE).'),
    maxConnections: z.int().min(1).max(10_000).default(100).describe('Connections served at once.'),
    maxPerMinute: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(120)
      .describe('Mails per minute from one address (IPv6: one /64); further ones are put off with 451.'),
  })
  .superRefine((section, context) => {
    needBoth(section, context)
    if (section.listen.length === 0 || section.recipients.length > 0) return
    const message = 'needs at least one address, such as the one in your rua=mailto:'
    context.addIssue({ code: 'custom', path: ['recipients'], message })
  })
  .describe('Reports by mail, for `rua=mailto:`, taken by a small mail server of our own.')

const imap = z
  .strictObject({
    host: z
      .string({ error: () => 'needs the name or address of the IMAP server' })
      .min(1)
      .max(253)
      .optional()
      .meta({ form: 'host', example: 'imap.example.com' })
      .describe('The server whose mailbox reports come to. Without it no mailbox is read.'),
    tls: z
      .enum(['implicit', 'starttls', 'none'])
      .default('implicit')
      .describe('`implicit`: TLS from the first byte. `none` is for a server on the same machine.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .meta({ example: 993 })
      .describe('Default: 993 for `implicit`, else 143.'),
    caFile: filePath()
      .optional()
      .meta({ example: 'company-ca.pem' })
      .describe('A PEM file of further certificate authorities the server may be certified by.'),
    user: z
      .string({ error: () => 'needs a user name in quotes' })
      .min(1)
      .max(320)
      .optional()
      .meta({ form: 'name', example: 'tls-reports@example.com' })
      .describe('Who signs in.'),
    passwordFile: filePath()
      .optional()
      .meta({ example: '/etc/sternpost/imap-password' })
      .describe('A file whose first line is the password; read at each sign-in.'),
    mailbox: z
      .string({ error: () => 'needs the name of a mailbox' })
      .min(1)
      .max(255)
      .default('INBOX')
      .meta({ form: 'name' })
      .describe('The mailbox that is read. Mail that is no report is left in it untouched.'),
    afterwards: z
      .enum(['mark', 'move'])
      .default('mark')
      .describe(
        'What becomes of mail whose reports are stored: `mark` it as seen, or `move` it to `folder`.',
      ),
    folder: z
      .string({ error: () => 'needs the name of a mailbox' })
      .min(1)
      .max(255)
      .default('TLS reports')
      .meta({ form: 'name' })
      .describe('Where `move` puts it; made if it is not there.'),
    pollInterval: duration({ min: '10s', max: '24h' })
      .prefault('5m')
      .describe('How often the mailbox is looked at where the server cannot tell of new mail (IDLE).'),
  })
  .superRefine((section, context) => {
    if (section.host === undefined) return
    for (const key of ['user', 'passwordFile'] as const) {
      if (section[key] !== undefined) continue
      const message = 'is needed to sign in at `host`'
      context.addIssue({ code: 'custom', path: [key], message })
    }
  })
  .transform(({ pollInterval, port, ...rest }) => ({
    ...rest,
    port: port ?? (rest.tls === 'implicit' ? 993 : 143),
    pollIntervalSeconds: pollInterval,
  }))
  .describe('Reports that come to a mailbox of another mail server.')

const folder = z
  .strictObject({
    path: filePath().describe('The folder.'),
    kind: z
      .enum(['drop', 'maildir'])
      .default('drop')
      .describe('`drop`: files put there by whoever likes. `maildir`: a mailbox with new, cur and tmp.'),
  })
  .describe('A folder that is watched for reports.')

/** Section `reportsReceived`: where TLS reports come in and how long they stay. */
export const reportsReceived = z
  .strictObject({
    domains: z
      .array(domainName())
      .max(1_000_000)
      .prefault([])
      .meta({ example: ['example.com'] })
      .describe(
        'Your domains, each with all names below it; name MX hosts of another domain too, as DANE reports are about them. Reports about other domains are kept apart. Empty: every domain counts as yours.',
      ),
    trustInFigures: z
      .array(z.enum(trustLevels))
      .max(trustLevels.length)
      .prefault(['authenticated', 'imported'])
      .describe(
        'Which reports are in sums and charts unless a question asks for others: `authenticated` (mail with a valid, fitting DKIM signature), `imported` (files of yours), `unauthenticated` (by HTTPS), `untrusted` (mail without such a signature).',
      ),
    retention: retention.prefault({}),
    limits: limits.prefault({}),
    https: https.prefault({}),
    smtp: smtp.prefault({}),
    imap: imap.prefault({}),
    folders: z
      .array(folder)
      .max(100)
      .prefault([])
      .meta({ example: [{ path: '/var/lib/sternpost/reports', kind: 'drop' }] })
      .describe('Folders that are watched for files or mail with reports.'),
  })
  .describe('TLS reports (RFC 8460) that others send about your domains.')

function needBoth(
  section: { readonly certFile?: string | undefined; readonly keyFile?: string | undefined },
  context: z.core.$RefinementCtx,
): void {
  if ((section.certFile === undefined) === (section.keyFile === undefined)) return
  const missing = section.certFile === undefined ? 'certFile' : 'keyFile'
  context.addIssue({
    code: 'custom',
    path: [missing],
    message: 'a certificate and its key are needed together',
  })
}
