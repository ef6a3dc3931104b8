import type { ProtocolIssueCode } from '../issues.ts'
import { invalid, type Parsed, quote, valid } from '../result.ts'
import { type DomainName, parseDomainName } from './domain-name.ts'

/** One `mx:` value of a policy: a host name, or with `wildcard` every name one label below `name`. */
export interface MxHostPattern {
  readonly wildcard: boolean
  readonly name: DomainName
}

/**
 * Reads one `mx:` value.
 *
 * Shape: `mail.example.com` or `*.example.net`; upper case is folded. A wildcard inside or twice
 * (`*.*.example`, `mx*.example`) is an error, as it could never match.
 * Errors: `mta-sts/policy-mx` for what is no name, `mta-sts/policy-mx-address` for an IP address and for a name
 * whose last label is a number.
 * Strict: a trailing dot is an error, the grammar has none.
 * Source: RFC 8461 §3.2, §4.1.
 */
export function parseMxHostPattern(text: string): Parsed<MxHostPattern, ProtocolIssueCode> {
  const wildcard = text.startsWith('*.')
  const name = parseDomainName(wildcard ? text.slice(2) : text, { underscore: true, singleLabel: true })
  if (name.ok && !text.endsWith('.')) return valid({ wildcard, name: name.value })
  // The grammar of §3.2 lets a name end in digits alone (RFC 5321 §4.1.2), but no host has such a name.
  if (isAddressText(text) || (!name.ok && name.issues[0].code === 'name/address')) {
    return invalid<ProtocolIssueCode>({
      code: 'mta-sts/policy-mx-address',
      message: `mx ${quote(text)} looks like an IP address, which no MX host name can match (RFC 8461 §4.1)`,
    })
  }
  return invalid<ProtocolIssueCode>({
    code: 'mta-sts/policy-mx',
    message: `mx ${quote(text)} is neither a host name nor *. and a name, in A-labels (RFC 8461 §3.2)`,
  })
}

/** Writes a pattern as a policy line has it: `*.example.net`. */
export function formatMxHostPattern(pattern: MxHostPattern): string {
  return pattern.wildcard ? `*.${pattern.name}` : pattern.name
}

/**
 * Tells whether an MX host is allowed by one of a policy's MX host patterns.
 *
 * Shape: `*.example.net` allows `mx.example.net`, but neither `example.net` nor `a.mx.example.net`: one label
 * exactly.
 * Source: RFC 8461 §4.1.
 */
export function matchMxHost(mxHost: DomainName, patterns: readonly MxHostPattern[]): boolean {
  return patterns.some(pattern =>
    pattern.wildcard
      ? mxHost.slice(mxHost.indexOf('.') + 1) === pattern.name && mxHost.includes('.')
      : mxHost === pattern.name,
  )
}

function isAddressText(text: string): boolean {
  return (
    /^\[?[0-9]{1,3}(\.[0-9]{1,3}){3}\]?$/.test(text) ||
    (text.includes(':') && /^\[?(IPv6:)?[0-9a-f:.]+\]?$/i.test(text))
  )
}
