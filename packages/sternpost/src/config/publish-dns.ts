import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { parseDomainName } from '@sternpost/protocol'
import * as z from 'zod'
import { addressRange, domainName, duration, filePath, resolverAddress } from './values.ts'

const secretFile = (example: string) => filePath().optional().meta({ example })

const common = {
  name: z
    .string({ error: () => 'needs a name such as primary' })
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'needs a name of small letters, digits and hyphens')
    .refine(name => name !== 'none', '`none` stands for no writer; choose another name')
    .meta({ form: 'name' })
    .describe('What domains call it: `sternpost domain set example.com --dns-writer NAME`.'),
  zones: z
    .array(domainName())
    .min(1, 'needs at least one zone')
    .max(100_000)
    .describe('The zones it may write in. Nothing outside them is ever touched.'),
  timeout: duration({ min: '1s', max: '5m' })
    .prefault('20s')
    .describe('How long one connection, request or run of the command may take.'),
}

const apiUrl = (url: string) =>
  z
    .url({ protocol: /^https?$/, error: () => `needs a URL such as ${url}` })
    .refine(
      text => URL.canParse(text) && (text.startsWith('https:') || isLoopbackUrl(text)),
      'needs https, as the credentials travel with it',
    )
    .default(url)
    .meta({ form: 'URL' })
    .describe('Where the API is; another than the default only in a laboratory.')

/** One entry of `publish.dns.writers`. */
const writer = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...common,
      type: z
        .literal('rfc2136')
        .describe(
          'DNS UPDATE (RFC 2136), signed with TSIG (RFC 8945): BIND, Knot, PowerDNS, Windows and many hosters.',
        ),
      server: resolverAddress().describe(
        'The primary name server, as address or address:port. It is spoken to by TCP.',
      ),
      keyFile: secretFile('/etc/sternpost/update.key').describe(
        'The TSIG key, as tsig-keygen or keymgr -t prints it; read for each change. Either this or `keyVariable` is needed.',
      ),
      keyVariable: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'needs the name of an environment variable')
        .optional()
        .meta({ form: 'name', example: 'STERNPOST_UPDATE_KEY' })
        .describe('The environment variable that holds the TSIG key.'),
    }),
    z.strictObject({
      ...common,
      type: z.literal('cloudflare').describe('The API of Cloudflare, version 4.'),
      tokenFile: secretFile('/etc/sternpost/cloudflare-token').describe(
        'A file whose first line is an API token that may edit the DNS of the zones. Without it the variable CLOUDFLARE_API_TOKEN counts.',
      ),
      apiUrl: apiUrl('https://api.cloudflare.com/client/v4'),
    }),
    z.strictObject({
      ...common,
      type: z.literal('route53').describe('The API of Amazon Route 53, version 2013-04-01.'),
      credentialsFile: secretFile('/etc/sternpost/aws-credentials').describe(
        'A file with aws_access_key_id and aws_secret_access_key, as the AWS tools have it; its first profile counts. Without it the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN count.',
      ),
      apiUrl: apiUrl('https://route53.amazonaws.com'),
    }),
    z.strictObject({
      ...common,
      type: z
        .literal('hook')
        .describe('A command of yours, which gets JSON on standard input; see docs/guides/dns-writers.md.'),
      command: z
        .array(z.string().max(4096))
        .min(1, 'needs a program')
        .max(64)
        .meta({ example: ['/usr/local/bin/write-dns', '--quiet'] })
        .describe('The program and its arguments; no shell is between.'),
      reads: z
        .enum(['servers', 'command'])
        .default('servers')
        .describe(
          'Where it is learnt what stands in DNS: from the authoritative name servers, or from the command.',
        ),
    }),
  ])
  .superRefine((entry, context) => {
    if (entry.type !== 'rfc2136') return
    if ((entry.keyFile === undefined) === (entry.keyVariable === undefined)) {
      const message = 'either this or keyVariable is needed, not both'
      context.addIssue({ code: 'custom', path: ['keyFile'], message })
    }
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }))

/** Sub-section `publish.dns`: which records are wanted, and who writes them. */
export const publishDns = z
  .strictObject({
    ttl: duration({ min: '1m', max: '7d' })
      .prefault('1h')
      .describe('How long resolvers may keep the records; how soon a new policy id is seen hangs on it.'),
    policyHost: z
      .array(z.string().max(253))
      .max(16)
      .prefault([])
      .transform((entries, context) => readPolicyHost(entries, context))
      .meta({ example: ['192.0.2.1', '2001:db8::1'] })
      .describe(
        'Where `mta-sts.<domain>` shall lead: the public addresses of the policy host, or one name it becomes an alias of (CNAME). Empty: those records are left alone.',
      ),
    operatorZone: domainName()
      .optional()
      .meta({ example: 'hosted.example.net' })
      .describe(
        'The zone of yours that domains with delegation `cname` point into; their records are written there.',
      ),
    verifyTimeout: duration({ min: '0ms', max: '1h' })
      .prefault('2m')
      .describe(
        'How long authoritative servers may lag behind one another before a change counts as not served.',
      ),
    allowAddresses: z
      .array(addressRange())
      .max(64)
      .prefault([])
      .meta({ example: ['10.0.0.0/8'] })
      .describe('Networks an authoritative name server may be asked in although they are private.'),
    writers: z
      .array(writer)
      .max(100)
      .prefault([])
      .meta({
        example: [
          {
            name: 'primary',
            type: 'rfc2136',
            zones: ['example.com'],
            server: '192.0.2.53',
            keyFile: '/etc/sternpost/update.key',
          },
        ],
      })
      .describe('Ways to write DNS records, by name. Empty: records are shown, and people set them.'),
  })
  .superRefine((section, context) => {
    const names = section.writers.map(({ name }) => name)
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      const message = `there is already a writer ${name}; a name stands for one`
      context.addIssue({ code: 'custom', path: ['writers', index, 'name'], message })
    }
  })
  .transform(({ ttl, verifyTimeout, ...rest }) => ({
    ...rest,
    ttlSeconds: ttl,
    verifyTimeoutSeconds: verifyTimeout,
  }))
  .describe('DNS records of published domains: what they say and who writes them.')

/** Either addresses, or a single name. */
function readPolicyHost(
  entries: readonly string[],
  context: z.core.$RefinementCtx,
): { readonly addresses: readonly string[]; readonly name?: string } {
  if (entries.every(entry => isIP(entry) !== 0)) return { addresses: entries }
  const name = parseDomainName(entries[0] ?? '', { toAscii: domainToASCII })
  if (entries.length === 1 && name.ok) return { addresses: [], name: name.value }
  const message = 'needs IP addresses such as 192.0.2.1, or one name such as policies.example.net'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

function isLoopbackUrl(text: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(text).hostname)
}
