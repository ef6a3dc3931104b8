import type { CertificateIssueCode } from './certificate-issues.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Renewals of certificates that came together are spread over this part of their life. */
const SPREAD = 0.02
/** What is left of a certificate's life when a renewal is overdue: half of what a renewal at two thirds leaves. */
const OVERDUE = 1 / 6

/** Units: milliseconds since 1970. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

/**
 * When a certificate is renewed where its authority has no advice.
 *
 * Shape: after the given part of its life, a little earlier by chance. Never sooner than a day, or a third of its life,
 * after it came: a clock that is wrong by months must not order without end.
 */
export function renewalTime(
  validity: Validity,
  issuedAt: number,
  renewAfter: number,
  random: () => number,
): number {
  const { notBefore, notAfter } = validity
  const wanted = notBefore + (notAfter - notBefore) * (renewAfter - SPREAD * random())
  return Math.round(Math.max(wanted, earliestRenewal(validity, issuedAt)))
}

/**
 * When a certificate is renewed that its authority wants to see renewed within a window.
 *
 * Shape: a moment of the window by chance; bounded by the same earliest time as without advice, and never so late that a
 * failure could not be mended.
 * Source: RFC 9773 §4.2.
 */
export function advisedTime(
  validity: Validity,
  issuedAt: number,
  window: { readonly startAt: number; readonly endAt: number },
  random: () => number,
): number {
  const { notBefore, notAfter } = validity
  const latest = notAfter - (notAfter - notBefore) / 10
  const wanted = window.startAt + (window.endAt - window.startAt) * random()
  return Math.round(Math.max(Math.min(wanted, latest), earliestRenewal(validity, issuedAt)))
}

function earliestRenewal({ notBefore, notAfter }: Validity, issuedAt: number): number {
  return issuedAt + Math.min(DAY_MS, (notAfter - notBefore) / 3)
}

/** When a renewal should have been there long since: then another authority is tried, and people are told. */
export function overdueTime({ notBefore, notAfter }: Validity): number {
  return notAfter - (notAfter - notBefore) * OVERDUE
}

/** These cost no authority anything, and a new domain's DNS is often just being set. */
const cheap: ReadonlySet<CertificateIssueCode> = new Set<CertificateIssueCode>([
  'certificate/host-not-found',
  'certificate/host-elsewhere',
  'certificate/host-lookup-failed',
  'certificate/caa-lookup-failed',
  'certificate/caa-forbids',
])

/**
 * How long a host waits after its so many failures in a row.
 *
 * Shape: twice as long each time: from a minute to six hours where only DNS was asked, else from a quarter of an hour
 * to a day; less as a certificate runs out, but never under an hour then. A fifth more or less by chance.
 * @param leftMs until the certificate that is served ends; undefined where there is none.
 */
export function retryDelay(
  failures: number,
  code: CertificateIssueCode,
  leftMs: number | undefined,
  random: () => number,
): number {
  const [first, most] = cheap.has(code) ? [MINUTE_MS, 6 * HOUR_MS] : [15 * MINUTE_MS, DAY_MS]
  const limit = leftMs === undefined ? most : Math.min(most, Math.max(HOUR_MS, leftMs / 8))
  const delay = Math.min(limit, first * 2 ** Math.min(failures - 1, 20))
  return Math.round(delay * (0.8 + 0.4 * random()))
}
