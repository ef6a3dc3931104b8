import * as z from 'zod'
import { domainName, filePath } from './values.ts'

/** The same words as in the room that orders certificates. */
const challengeTypes = ['http-01', 'tls-alpn-01', 'dns-01'] as const

export const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'

const authority = z
  .strictObject({
    name: z
      .string({ error: () => 'needs a name' })
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'needs a name of small letters, digits and hyphens')
      .meta({ form: 'name' })
      .describe('What it is called in the log.'),
    directory: z
      .url({ protocol: /^https$/, error: () => 'needs an https URL' })
      .meta({ form: 'URL' })
      .describe('Its ACME directory (RFC 8555 §7.1.1).'),
    ordersPerHour: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(90)
      .describe(
        'Orders it is sent in an hour at most, and at one time after a quiet hour. Let’s Encrypt takes 300 in three hours.',
      ),
    profile: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ form: 'name', example: 'shortlived' })
      .describe('The kind of certificate to order, where it offers several. Default: its own default.'),
    externalAccountKeyId: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({ form: 'text', example: 'kid-1' })
      .describe(
        'The key id of an account you have there, where it asks for one (external account binding, RFC 8555 §7.3.4).',
      ),
    externalAccountKeyFile: filePath()
      .optional()
      .meta({ example: '/etc/sternpost/acme-eab.key' })
      .describe('A file that holds the MAC key of that account in base64url, and nothing else.'),
    caaIdentities: z
      .array(domainName())
      .max(16)
      .prefault([])
      .meta({ example: ['letsencrypt.org'] })
      .describe(
        'The domains by which CAA records name it, where its directory does not say; without, CAA is not looked at before ordering.',
      ),
    caFile: filePath()
      .optional()
      .meta({ example: '/etc/sternpost/acme-ca.pem' })
      .describe(
        'A PEM file of whom to trust in place of the system’s authorities, for a directory of your own.',
      ),
  })
  .superRefine((section, context) => {
    const { externalAccountKeyId: id, externalAccountKeyFile: file } = section
    if ((id === undefined) === (file === undefined)) return
    const missing = id === undefined ? 'externalAccountKeyId' : 'externalAccountKeyFile'
    const message = 'a key id and its key are needed together'
    context.addIssue({ code: 'custom', path: [missing], message })
  })
  .transform(({ directory, ...rest }) => ({ ...rest, directoryUrl: directory }))
  .describe('A certificate authority that speaks ACME.')

const path = () =>
  filePath()
    .refine(text => text.startsWith('/'), 'needs a path that starts with /')
    .meta({ form: 'path' })

const file = z
  .strictObject({
    certFile: path().describe(
      'The certificate chain in PEM. `{domain}` stands for the published domain, `{host}` for `mta-sts.<domain>`.',
    ),
    keyFile: path().describe('Its private key in PEM, without a passphrase.'),
  })
  .describe('A certificate that another program renews.')

/** Sub-section `publish.certificates`: where the certificates of the policy host come from. */
export const publishCertificates = z
  .strictObject({
    agreeTerms: z
      .boolean()
      .default(false)
      .describe(
        'You have read the terms of the authorities below and agree. Nothing is ordered without; with it a certificate is ordered for every published domain as soon as `mta-sts.<domain>` leads here.',
      ),
    email: z
      .email({ error: () => 'needs a mail address' })
      .optional()
      .meta({ form: 'mail address', example: 'hostmaster@example.com' })
      .describe('Where authorities may write to about your account.'),
    authorities: z
      .array(authority)
      .max(8)
      .prefault([{ name: 'letsencrypt', directory: LETS_ENCRYPT }])
      .describe(
        'Where certificates are ordered. The first is asked; the others where it fails, for a renewal only when the certificate has a sixth of its life left.',
      ),
    challenges: z
      .array(z.enum(challengeTypes))
      .min(1)
      .max(challengeTypes.length)
      .prefault(['http-01', 'tls-alpn-01', 'dns-01'])
      .describe(
        'How a host is proved to be yours, in the order they are tried: by port 80 where `publish.policyHost.http` is set, by port 443, or by a DNS record where a writer of `publish.dns` has the zone.',
      ),
    renewAfterPercent: z
      .int()
      .min(30)
      .max(95)
      .default(66)
      .describe(
        'The part of its life after which a certificate is renewed, where its authority gives no advice (RFC 9773).',
      ),
    concurrency: z.int().min(1).max(64).default(8).describe('Orders under way at one time.'),
    maxLoaded: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(2_000)
      .describe(
        'Certificates kept ready in memory, about 40 KiB each; others are loaded when somebody asks for them.',
      ),
    files: z
      .array(file)
      .max(100)
      .prefault([])
      .meta({
        example: [
          {
            certFile: '/etc/letsencrypt/live/{host}/fullchain.pem',
            keyFile: '/etc/letsencrypt/live/{host}/privkey.pem',
          },
        ],
      })
      .describe(
        'Certificates of another program, such as certbot; looked at every 30 s while they are in use. A host that finds a good one here has none ordered.',
      ),
  })
  .superRefine(({ authorities }, context) => {
    for (const key of ['name', 'directoryUrl'] as const) {
      const values = authorities.map(one => one[key])
      for (const [index, value] of values.entries()) {
        if (values.indexOf(value) === index) continue
        const setting = key === 'name' ? 'name' : 'directory'
        const message = `there is already an authority with the ${setting} ${value}`
        context.addIssue({ code: 'custom', path: ['authorities', index, setting], message })
      }
    }
  })
  .transform(({ renewAfterPercent, ...rest }) => ({ ...rest, renewAfter: renewAfterPercent / 100 }))
  .describe('Certificates of the hosts that serve policies: ordered by ACME, or from files.')
