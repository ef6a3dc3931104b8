import type { Decision, MinimumLevel } from '../decision/decide.ts'
import type { MtaStsPolicyDocument } from '../mta-sts/policy.ts'
import type { DomainName } from '../names/domain-name.ts'
import { formatMxHostPattern, type MxHostPattern } from '../names/mx-host-pattern.ts'
import { MAX_REPLY_BYTES } from './socketmap.ts'

/** A value of `smtp_tls_policy_maps`, the last step of a decision. */
export type PostfixTlsPolicy =
  | { readonly level: 'dane' | MinimumLevel }
  | {
      readonly level: 'secure'
      readonly mtaSts: { readonly policyDomain: DomainName; readonly document: MtaStsPolicyDocument }
    }

/**
 * How much a Postfix version understands.
 *
 * - `plain`: level, `match`, `servername`: Postfix 3.4 and later.
 * - `tlsrpt`: also the attributes that TLSRPT and the MX host name check need: Postfix 3.10 and later; an
 *   earlier one refuses the whole answer and defers the mail.
 */
export type PostfixDialect = 'plain' | 'tlsrpt'

/** Turns a decision into Postfix's terms; undefined where Postfix is told of none: to deliver at its default level, or to wait. */
export function postfixTlsPolicyFor(decision: Decision): PostfixTlsPolicy | undefined {
  switch (decision.action) {
    case 'require-dane':
      return { level: 'dane-only' }
    case 'prefer-dane':
      return { level: 'dane' }
    case 'require-level':
      return { level: decision.level }
    case 'require-mta-sts':
      return { level: 'secure', mtaSts: { policyDomain: decision.policyDomain, document: decision.document } }
    case 'no-promise':
    case 'defer':
      return undefined
  }
}

/**
 * Writes a policy as Postfix reads it.
 *
 * Shape: `secure match=mail.example.com:.example.net servername=hostname`, in the `tlsrpt` dialect followed by
 * `policy_type=sts policy_domain=… mx_host_pattern=…` and one `{ policy_string = … }` for each policy line.
 * A tab in a policy line becomes a space; lines that could end the braces early or are not ASCII are left out.
 * Where an answer would exceed what Postfix reads, the policy lines go first, then the patterns.
 * Strict: `policy_domain` is in A-labels, `match` is never empty and never holds an address, as Postfix or
 * OpenSSL would defer every delivery otherwise.
 * Source: smtp_tls_policy_maps in postconf(5), RFC 8461 §4.1, §7.1.
 */
export function formatPostfixTlsPolicy(policy: PostfixTlsPolicy, dialect: PostfixDialect): string {
  if (!('mtaSts' in policy)) return policy.level
  const { policyDomain, document } = policy.mtaSts
  const patterns = document.value.mxHostPatterns
  // A leading dot is Postfix's sign for "any sub-domain"; with the tlsrpt dialect Postfix itself first checks
  // the MX host name against the patterns and then the certificate against that one name.
  const match = patterns.map(formatMatch).join(':')
  const plain = `secure match=${match} servername=hostname`
  if (dialect === 'plain') return plain

  const attributes = [
    `policy_type=sts policy_domain=${policyDomain}`,
    ...patterns.map(pattern => `mx_host_pattern=${formatMxHostPattern(pattern)}`),
  ].join(' ')
  const withPatterns = `${plain} ${attributes}`
  if (withPatterns.length > MAX_DATA_BYTES) return plain
  const lines = policyLines(document.text).map(line => `{ policy_string = ${line} }`)
  const whole = [withPatterns, ...lines].join(' ')
  return whole.length > MAX_DATA_BYTES ? withPatterns : whole
}

/**
 * Words that in `match` stand for a name Postfix knows, not for themselves. Written as it is, `mx: hostname` of a
 * policy would let every host through.
 */
const matchKeywords = new Set<string>(['hostname', 'nexthop', 'dot-nexthop'])

/** With the dot it is a name again, and no certificate has one below such a top-level domain. */
function formatMatch(pattern: MxHostPattern): string {
  return pattern.wildcard || matchKeywords.has(pattern.name) ? `.${pattern.name}` : pattern.name
}

/** Room for the `OK ` in front. */
const MAX_DATA_BYTES = MAX_REPLY_BYTES - 3

function policyLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replaceAll('\t', ' ').trim())
    .filter(isQuotable)
}

/** What an attacker writes into a policy line must stay inside the braces around it. */
function isQuotable(line: string): boolean {
  if (line === '') return false
  for (let i = 0; i < line.length; i += 1) {
    const code = line.charCodeAt(i)
    if (code < 0x20 || code > 0x7e || code === 0x7b || code === 0x7d) return false
  }
  return true
}
