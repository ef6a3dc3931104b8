import { minimumLevels } from '@sternpost/protocol'
import * as z from 'zod'
import { access } from './access.ts'
import { check } from './check.ts'
import { overrideSchema } from './override.ts'
import { publish } from './publish.ts'
import { reportsReceived } from './reports-received.ts'
import {
  addressRange,
  domainName,
  duration,
  fileMode,
  filePath,
  ipAddress,
  listenAddress,
  listenAddressOrOff,
  resolverAddress,
  size,
} from './values.ts'

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]

const accountName = () =>
  z
    .string({ error: () => 'needs a name or number in quotes' })
    .min(1, 'needs a name')
    .max(64)
    .meta({ form: 'name' })

const log = z
  .strictObject({
    level: z
      .enum(logLevels)
      .default('info')
      .describe(
        '`info` tells of starts, faults and signs of a downgrade and is silent about lookups; `debug` tells of every decision.',
      ),
    format: z
      .enum(['auto', 'text', 'json'])
      .default('auto')
      .describe('`auto` is `text` on a terminal and `json` elsewhere.'),
  })
  .describe('What Sternpost says of itself; it writes to standard error.')

const dns = z
  .strictObject({
    resolvers: z
      .array(resolverAddress())
      .max(8)
      .prefault([])
      .meta({ example: ['127.0.0.1'] })
      .describe(
        'Resolvers to ask, in order: 127.0.0.1, [::1]:5353, or tls://192.0.2.53#dns.example.net for DNS over TLS. Empty: those of `resolvConf`.',
      ),
    resolvConf: filePath()
      .default('/etc/resolv.conf')
      .describe('Where the system names its resolvers; followed when it changes.'),
    trustAd: z
      .array(ipAddress())
      .max(8)
      .prefault([])
      .meta({ example: ['192.0.2.53'] })
      .describe(
        'Resolvers beside loopback whose word that an answer is DNSSEC-signed (AD) is believed. Name only validating resolvers that are reached over a network nobody else can write to.',
      ),
    timeout: duration({ min: '200ms', max: '30s' })
      .prefault('3s')
      .describe('How long one resolver may take before the next is asked.'),
    signedName: domainName({ root: true })
      .prefault('.')
      .describe('A name known to be signed: its answer must carry AD, or DANE is off.'),
    bogusName: domainName()
      .prefault('dnssec-failed.org')
      .describe('A name known to be wrongly signed: a validating resolver refuses to answer for it.'),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }))
  .describe('Where DNS answers come from, and whose DNSSEC verdict is believed.')

const http = z
  .strictObject({
    listen: listenAddressOrOff()
      .prefault('127.0.0.1:8460')
      .describe('Where /health and /metrics are served, or `off`.'),
  })
  .describe('The web side: /health for monitoring, /metrics for Prometheus.')

const socketmap = z
  .strictObject({
    listen: z
      .array(listenAddress())
      .max(16)
      .prefault(['127.0.0.1:8461'])
      .describe(
        'Where Postfix asks: an address and port, or unix:/path. Sockets handed over by systemd take the place of this list.',
      ),
    unixMode: fileMode().prefault('0660').describe('Permissions of unix sockets, in quotes.'),
    unixOwner: accountName()
      .optional()
      .meta({ example: 'sternpost' })
      .describe('User that owns unix sockets. Default: the user of the daemon.'),
    unixGroup: accountName()
      .optional()
      .meta({ example: 'postfix' })
      .describe('Group of unix sockets; `postfix` lets Postfix connect. Default: the group of the daemon.'),
    maxConnections: z
      .int()
      .min(16)
      .max(65_536)
      .default(4096)
      .describe('Connections served at once; further ones wait in the queue of the kernel.'),
    idleTimeout: duration({ min: '15s', max: '1h', because: 'Postfix itself closes after 10 s' })
      .prefault('100s')
      .describe('When a connection on which nothing is asked is closed. Postfix itself closes after 10 s.'),
  })
  .transform(({ idleTimeout, ...rest }) => ({ ...rest, idleTimeoutSeconds: idleTimeout }))
  .describe('The socketmap server that `smtp_tls_policy_maps` points at.')

const policyFetch = z
  .strictObject({
    timeout: duration({ min: '1s', max: '5m' })
      .prefault('60s')
      .describe('How long fetching one policy may take in all (RFC 8461 §3.3 suggests a minute).'),
    idleTimeout: duration({ min: '1s', max: '5m' })
      .prefault('15s')
      .describe('How long a policy host may stay silent.'),
    proxy: z
      .url({ protocol: /^https?$/, error: () => 'needs a URL such as http://proxy.example.net:3128' })
      .optional()
      .meta({ form: 'URL', example: 'http://proxy.example.net:3128' })
      .describe('An HTTP proxy to fetch through (CONNECT). A user and password in it are never logged.'),
    allowAddresses: z
      .array(addressRange())
      .max(64)
      .prefault([])
      .meta({ example: ['10.0.0.0/8'] })
      .describe(
        'Networks a policy host may be in although they are private, such as 10.0.0.0/8. All private, loopback, link-local and metadata addresses are refused otherwise.',
      ),
    caFile: filePath()
      .optional()
      .meta({ example: 'company-ca.pem' })
      .describe('A PEM file of further certificate authorities that policy hosts may be certified by.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(443)
      .describe('The port of policy hosts; other than 443 only in a laboratory.'),
  })
  .transform(({ timeout, idleTimeout, ...rest }) => ({
    ...rest,
    timeoutSeconds: timeout,
    idleTimeoutSeconds: idleTimeout,
  }))
  .describe('How policies are fetched from https://mta-sts.<domain>/.well-known/mta-sts.txt.')

const cache = z
  .strictObject({
    maxDomains: z
      .int()
      .min(100)
      .max(10_000_000)
      .default(1_000_000)
      .describe(
        'Domains remembered. Beyond it the longest unused go; a policy in force is never dropped before its max_age.',
      ),
    replyBytes: size({ min: '1MiB', max: '4GiB' })
      .prefault('8MiB')
      .describe('Memory for answers kept ready to send.'),
  })
  .describe('What is remembered of the domains mail was sent to.')

const outbound = z
  .strictObject({
    dryRun: z
      .boolean()
      .default(false)
      .describe(
        'Answer "not found" to everything, so that no mail is touched, and log what Postfix would have been told.',
      ),
    answerBudget: duration({ min: '100ms', max: '60s', because: 'Postfix waits 100 s' })
      .prefault('5s')
      .describe('How long Postfix waits at first contact with a domain; the work goes on behind it.'),
    whileFetching: z
      .enum(['defer', 'deliver'])
      .default('defer')
      .describe(
        'When the budget ends while a policy that DNS announces is still being fetched: `defer` has Postfix try again soon, `deliver` sends without the policy.',
      ),
    afterFailure: z
      .enum(['deliver', 'defer'])
      .default('deliver')
      .describe(
        'When an announced policy could not be fetched and none is cached: `deliver` is what RFC 8461 §5 says; `defer` waits for the policy host at the risk of late mail.',
      ),
    minimumLevel: z
      .enum(['none', ...minimumLevels])
      .default('none')
      .describe(
        'Never let Postfix be told less than this. Set it to `encrypt` or `secure` where that is your own `smtp_tls_security_level`: an answer for one destination takes its place, also where it is weaker.',
      ),
    refreshInterval: duration({ min: '1h', max: '7d', because: 'RFC 8461 §3.3 suggests daily' })
      .prefault('24h')
      .describe('How often a policy is fetched anew while it is in use, and its record looked at the least.'),
    retryAfterFailure: duration({ min: '5m', max: '24h', because: 'RFC 8461 §3.3' })
      .prefault('5m')
      .describe(
        'How long a policy host is left alone after a failed fetch; at least 5 minutes (RFC 8461 §3.3).',
      ),
    socketmap: socketmap.prefault({}),
    policyFetch: policyFetch.prefault({}),
    cache: cache.prefault({}),
    overrides: z
      .array(overrideSchema)
      .max(10_000)
      .prefault([])
      .meta({
        example: [
          {
            domain: 'example.com',
            action: 'skip',
            reason: 'their policy names a host they retired; ticket 4711',
            expires: '2027-01-31',
          },
        ],
      })
      .describe('What you order for single domains, against or beyond the standards.'),
  })
  .superRefine((section, context) => {
    const seen = new Set<string>()
    for (const [index, { domain }] of section.overrides.entries()) {
      if (seen.has(domain)) {
        const message = `there is already an override for ${domain}; a domain has one`
        context.addIssue({ code: 'custom', path: ['overrides', index, 'domain'], message })
      }
      seen.add(domain)
    }
  })
  .transform(({ answerBudget, refreshInterval, retryAfterFailure, ...rest }) => ({
    ...rest,
    answerBudgetSeconds: answerBudget,
    refreshIntervalSeconds: refreshInterval,
    retryAfterFailureSeconds: retryAfterFailure,
  }))
  .describe('What Postfix is told about each destination.')

/** The whole of `sternpost.yaml`. Every setting has a description; defaults stand here and nowhere else. */
export const configSchema = z
  .strictObject({
    data: filePath()
      .optional()
      .meta({ example: '/var/lib/sternpost' })
      .describe(
        'The folder that holds the state. Default: the one systemd gives, /var/lib/sternpost for root, else $XDG_STATE_HOME/sternpost or ~/.local/state/sternpost.',
      ),
    log: log.prefault({}),
    dns: dns.prefault({}),
    http: http.prefault({}),
    outbound: outbound.prefault({}),
    reportsReceived: reportsReceived.prefault({}),
    publish: publish.prefault({}),
    check: check.prefault({}),
    access: access.prefault({}),
  })
  .describe('Settings of Sternpost. Paths that do not start with / are relative to the folder of this file.')

type Parsed = z.output<typeof configSchema>

/**
 * The effective settings: everything filled in, paths absolute.
 *
 * Units: names ending in `Seconds` are seconds and may have a fraction.
 */
export type Config = DeepReadonly<Omit<Parsed, 'data'> & { dataDirectory: string }>
export type OutboundConfig = Config['outbound']
export type ReportsReceivedConfig = Config['reportsReceived']
export type PublishConfig = Config['publish']
export type CheckConfig = Config['check']
export type AccessConfig = Config['access']
export type DnsConfig = Config['dns']
export type HttpConfig = Config['http']
export type LogConfig = Config['log']

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends string
    ? T
    : T extends object
      ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
      : T
