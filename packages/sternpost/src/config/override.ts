import { domainToASCII } from 'node:url'
import {
  type DomainName,
  formatMtaStsPolicy,
  type MtaStsPolicy,
  type MtaStsPolicyDocument,
  type MxHostPattern,
  minimumLevels,
  mtaStsModes,
  parseDomainName,
  parseMxHostPattern,
  quote,
} from '@sternpost/protocol'
import * as z from 'zod'
import { expiryDate } from './values.ts'

/** What the operator ordered for one domain; the action part is what `decide` of the protocol package takes. */
export type Override = {
  readonly domain: DomainName
  readonly reason: string
  /** Milliseconds since 1970; from then on the override has no effect. Absent: for good. */
  readonly expiresAt?: number
} & (
  | { readonly action: 'skip' }
  | { readonly action: 'pin'; readonly document: MtaStsPolicyDocument }
  | { readonly action: 'enforce-testing' }
  | { readonly action: 'minimum-level'; readonly level: (typeof minimumLevels)[number] }
)

/** What a pinned policy claims as max_age where it is quoted; nothing expires by it. */
const PINNED_MAX_AGE_SECONDS = 604_800
const MAX_PINNED_PATTERNS = 1000

const common = {
  domain: z
    .string({ error: () => 'needs a domain name such as example.com' })
    .transform((text, context): DomainName => {
      const name = parseDomainName(text, { toAscii: domainToASCII })
      if (name.ok) return name.value
      context.addIssue({ code: 'custom', message: name.issues[0].message })
      return z.NEVER
    })
    .meta({ form: 'domain name' })
    .describe('The next-hop domain this is about; sub-domains are not included.'),
  reason: z
    .string({ error: () => 'needs a sentence that tells the next operator why this is here' })
    .min(3, 'needs a sentence that tells the next operator why this is here')
    .max(300)
    .describe('Why, for the next operator; shown by `sternpost lookup --explain` and in logs.'),
  expires: expiryDate()
    .optional()
    .describe(
      'The last day of the override, such as 2027-01-31 (UTC). Without it the override stays for good.',
    ),
}

const mxHostPattern = z
  .string({ error: () => 'needs a host name such as mx.example.com or *.example.com' })
  .transform((text, context): MxHostPattern => {
    const pattern = parseMxHostPattern(text)
    if (pattern.ok) return pattern.value
    context.addIssue({ code: 'custom', message: pattern.issues[0].message })
    return z.NEVER
  })
  .meta({ form: 'MX host pattern' })

const pinnedPolicy = z
  .strictObject({
    mode: z
      .enum(mtaStsModes)
      .describe(
        '`enforce` holds the domain to the list; `none` ignores its MTA-STS policy and still applies DANE.',
      ),
    mx: z
      .array(mxHostPattern)
      .max(MAX_PINNED_PATTERNS)
      .prefault([])
      .describe('The MX hosts that may receive, as in a policy file: mx.example.com or *.example.com.'),
  })
  .superRefine((policy, context) => {
    if (policy.mode === 'none' || policy.mx.length > 0) return
    context.addIssue({
      code: 'custom',
      path: ['mx'],
      message: `mode ${quote(policy.mode)} needs at least one MX host`,
    })
  })
  .transform((policy): MtaStsPolicyDocument => {
    const value: MtaStsPolicy = {
      mode: policy.mode,
      maxAgeSeconds: PINNED_MAX_AGE_SECONDS,
      mxHostPatterns: policy.mx,
    }
    // It was never fetched and does not age; the override's own date is what ends it.
    return { text: formatMtaStsPolicy(value), value, fetchedAt: 0 }
  })
  .describe('The policy that stands in for whatever the domain publishes.')

/** One entry of `outbound.overrides`. */
export const overrideSchema = z
  .discriminatedUnion('action', [
    z.strictObject({
      ...common,
      action: z.literal('skip').describe('Say nothing about the domain: Postfix uses its default level.'),
    }),
    z.strictObject({
      ...common,
      action: z
        .literal('pin')
        .describe('Use the policy given here in place of the one the domain publishes.'),
      policy: pinnedPolicy,
    }),
    z.strictObject({
      ...common,
      action: z.literal('enforce-testing').describe('Enforce the policy although its mode is `testing`.'),
    }),
    z.strictObject({
      ...common,
      action: z.literal('minimum-level').describe('Never deliver with less than `level`.'),
      level: z
        .enum(minimumLevels)
        .describe(
          '`encrypt`: TLS, any certificate. `secure`: a certificate for the next-hop domain. `dane-only`: DANE.',
        ),
    }),
  ])
  .transform((entry): Override => {
    const { domain, reason } = entry
    const about = { domain, reason, ...(entry.expires === undefined ? {} : { expiresAt: entry.expires }) }
    switch (entry.action) {
      case 'pin':
        return { ...about, action: entry.action, document: entry.policy }
      case 'minimum-level':
        return { ...about, action: entry.action, level: entry.level }
      default:
        return { ...about, action: entry.action }
    }
  })
