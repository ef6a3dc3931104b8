import { domainToASCII } from 'node:url'
import {
  type DomainName,
  type MtaStsMode,
  type MxHostPattern,
  parseDomainName,
  parseMxHostPattern,
  parseTlsRptRecord,
  quote,
} from '@sternpost/protocol'

/** A wish that cannot be read; the message says what was seen and what is needed. */
export class WishError extends Error {
  override readonly name = 'WishError'
}

/** A domain as people write it. Errors: `WishError`. */
export function readDomain(text: string): DomainName {
  const name = parseDomainName(text, { toAscii: domainToASCII })
  if (!name.ok) throw new WishError(name.issues[0].message)
  return name.value
}

/** A pattern of a policy as people write it. Errors: `WishError`. */
export function readMxPattern(text: string): MxHostPattern {
  const pattern = parseMxHostPattern(text.endsWith('.') ? text.slice(0, -1) : text)
  if (!pattern.ok) throw new WishError(pattern.issues[0].message)
  return pattern.value
}

/**
 * One URI of a TLSRPT record; a plain mail address counts as `mailto:`. Errors: `WishError`.
 *
 * Source: RFC 8460 §3.
 */
export function readReportUri(text: string): string {
  const uri = text.includes('@') && !text.includes(':') ? `mailto:${text}` : text
  const record = parseTlsRptRecord(`v=TLSRPTv1; rua=${uri};`)
  const [only, ...others] = record.ok ? record.value.rua : []
  if (only !== undefined && others.length === 0) return only.uri
  const reason = record.ok ? `${quote(text)} is no single address for reports` : record.issues[0].message
  throw new WishError(`${reason}; write mailto:tls-reports@example.com or https://example.com/v1/tlsrpt`)
}

/** The mode that a domain begins in. Errors: `WishError`. */
export function readFirstMode(text: string): MtaStsMode {
  if (text === 'testing' || text === 'none') return text
  if (text === 'enforce')
    throw new WishError('enforce comes at the end of a roll-out, on evidence: sternpost rollout')
  throw new WishError(`mode ${quote(text)} is none of testing, none`)
}
