import type { DnsLookup } from '@sternpost/network'
import { type ClaimedDomain, isSameOrganization, readClaimedDomain } from './alignment.ts'
import { DkimKeys } from './authenticate-mail-keys.ts'
import { boundMail, type RefusedSignature } from './authenticate-mail-limits.ts'
import type { Authentication, SignatureFinding } from './authentication.ts'

/** Who a report says it is from, where the mail's From does not tell. */
export interface ReporterClaims {
  /** `contact-info` of the report. */
  readonly contactInfo?: string
  /** `TLS-Report-Submitter` of the mail. */
  readonly submitter?: string
}

/** What the signatures of a mail are worth, before anybody asked whose they should be. */
export interface VerifiedMail {
  /** Why nothing was verified, where that is so. */
  readonly refusal: string | undefined
  /** Domains of the From address; one header field with at least one address is needed. */
  readonly fromDomains: readonly string[]
  readonly signatures: readonly Omit<SignatureFinding, 'aligned'>[]
}

/**
 * Judges whether a mail is by whom its report says it is.
 *
 * A report of a hosted domain is as trustworthy as all users of that domain: who may send mail as `a@example.com`
 * may report as example.com.
 *
 * @param at when the mail was received, milliseconds since 1970: what `x=` of a signature is held against.
 * Errors: none; a temporary failure of DNS is a signature finding, see `isTemporary`.
 * Source: RFC 8460 §3, §5.3; RFC 6376.
 */
export async function authenticateMail(
  bytes: Uint8Array,
  claims: ReporterClaims,
  dns: DnsLookup,
  at: number,
): Promise<Authentication> {
  return judgeMail(await verifyMail(bytes, dns, at), claims)
}

/** Verifies every DKIM signature of a mail; a mail with several reports needs this once. */
export async function verifyMail(bytes: Uint8Array, dns: DnsLookup, at: number): Promise<VerifiedMail> {
  const bounded = boundMail(bytes)
  if (!bounded.ok) return refused(bounded.reason)
  if (bounded.signatureCount === 0) return refused('the mail has no DKIM signature')
  // Loaded with the first mail: it costs a daemon that takes no mail nothing.
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js')
  const keys = new DkimKeys(dns)
  // RSA keys below 1024 bits are refused by default (RFC 8301 §3.2).
  const verified = await dkimVerify(bounded.mail, { resolver: keys.resolve, curTime: new Date(at) })
  if (verified.fromFields !== 1) return refused(`the mail has ${verified.fromFields} From fields, not one`)
  const fromDomains = verified.headerFrom.map(address => readClaimedDomain(address) ?? '')
  const judged = verified.results
    .filter(({ status }) => status.result !== 'none')
    .map(result => {
      const domain = readClaimedDomain(result.signingDomain ?? '') ?? ''
      const selector = (result.selector ?? '').slice(0, 253)
      const limitsBody = result.canonBodyLengthLimited === true
      return {
        domain,
        selector,
        limitsBody,
        keyServices: keys.servicesOf(selector, result.signingDomain ?? ''),
        ...outcome(result.status.result, result.status.comment),
      }
    })
  const signatures = [...judged, ...bounded.refused.map(describeRefused)]
  if (signatures.length === 0)
    return refused('no DKIM signature of the mail is of a form that can be verified')
  return { refusal: undefined, fromDomains, signatures }
}

/** Says what verified signatures prove about one report of the mail. Pure. */
export function judgeMail(mail: VerifiedMail, claims: ReporterClaims): Authentication {
  if (mail.refusal !== undefined) return { trust: 'untrusted', reason: mail.refusal, signatures: [] }
  const claimed = claimedDomains(mail.fromDomains, claims)
  const signatures = mail.signatures.map(signature => {
    const other = claimed.find(({ domain }) => domain === '' || !isSameOrganization(domain, signature.domain))
    const aligned = signature.domain !== '' && mail.fromDomains.length > 0 && other === undefined
    const reason =
      other === undefined
        ? signature.reason
        : `${signature.reason}; ${other.place} names ${other.domain || 'no domain'}, another organization`
    return { ...signature, aligned, reason }
  })
  const proof = signatures.find(
    ({ result, aligned, limitsBody }) => result === 'pass' && aligned && !limitsBody,
  )
  if (proof !== undefined)
    return { trust: 'authenticated', reason: `signed by ${proof.domain} (DKIM)`, signatures }
  const closest =
    signatures.find(({ result, aligned }) => result === 'temporary-error' && aligned) ??
    signatures.find(({ result }) => result === 'pass') ??
    signatures.find(({ aligned }) => aligned) ??
    signatures[0]
  const reason =
    mail.fromDomains.length === 0
      ? 'From names no address a signature could be compared with'
      : `signature of ${closest?.domain || 'nobody'}: ${closest?.reason}`
  return { trust: 'untrusted', reason, signatures }
}

/** Whether the same mail may be proved later: an aligned signature could not be verified because DNS failed. */
export function isTemporary({ trust, signatures }: Authentication): boolean {
  return (
    trust === 'untrusted' &&
    signatures.some(
      ({ result, aligned, limitsBody }) => result === 'temporary-error' && aligned && !limitsBody,
    )
  )
}

function claimedDomains(fromDomains: readonly string[], claims: ReporterClaims): ClaimedDomain[] {
  const claimed: ClaimedDomain[] = fromDomains.map(domain => ({ place: 'From', domain }))
  // A Submitter that names no domain contradicts; a contact-info may be a telephone number or nothing.
  if (claims.submitter !== undefined)
    claimed.push({ place: 'TLS-Report-Submitter', domain: readClaimedDomain(claims.submitter) ?? '' })
  const contact = claims.contactInfo?.includes('@') ? readClaimedDomain(claims.contactInfo) : undefined
  if (contact !== undefined) claimed.push({ place: 'contact-info', domain: contact })
  return claimed
}

function describeRefused(signature: RefusedSignature): Omit<SignatureFinding, 'aligned'> {
  const limitsBody = signature.refusal === 'limits-body'
  return {
    domain: readClaimedDomain(signature.domain) ?? '',
    selector: signature.selector,
    limitsBody,
    result: 'permanent-error',
    keyServices: [],
    reason: limitsBody
      ? 'it covers only the beginning of the body (l=), which RFC 8460 §3 forbids'
      : 'rsa-sha1 proves nothing (RFC 8301 §3.1)',
  }
}

/** Words of RFC 8601 §2.7.1 as the verifier uses them, in ours. */
function outcome(result: string, comment: string | undefined): Pick<SignatureFinding, 'result' | 'reason'> {
  if (result === 'pass') return { result: 'pass', reason: 'valid' }
  if (result === 'temperror') return { result: 'temporary-error', reason: 'its key could not be looked up' }
  if (result === 'fail') return { result: 'fail', reason: 'it does not fit the header fields' }
  if (comment === 'body hash did not verify')
    return { result: 'fail', reason: 'the body was changed after signing' }
  const said = comment ?? (result === 'policy' ? 'its key or algorithm is too weak' : 'it cannot be verified')
  return { result: 'permanent-error', reason: said.slice(0, 200) }
}

function refused(reason: string): VerifiedMail {
  return { refusal: reason, fromDomains: [], signatures: [] }
}
