import type { ObservedCertificate } from '@sternpost/network'
import type { Severity } from '../finding.ts'

const DAY_MS = 86_400_000

/**
 * How urgent the renewal of a certificate is; undefined while there is nothing to do.
 *
 * Shape: three weeks before its end a certificate that lives for months should have been renewed (clients do so
 * after two thirds of its life): advice; from a week on a warning, from two days on an error. One that lives for
 * days only is judged by its own length: less than a third, a sixth, a tenth left.
 */
export function expiryUrgency(
  certificate: ObservedCertificate,
  at: number,
): Extract<Severity, 'error' | 'warning' | 'advice'> | undefined {
  const { notBefore, notAfter } = certificate
  if (notBefore === null || notAfter === null || notAfter <= at) return undefined
  const left = notAfter - at
  const life = notAfter - notBefore
  if (left < Math.min(2 * DAY_MS, life / 10)) return 'error'
  if (left < Math.min(7 * DAY_MS, life / 6)) return 'warning'
  return left < Math.min(21 * DAY_MS, life / 3) ? 'advice' : undefined
}

/** `ends in 5 days, on 2026-12-01`. */
export function describeExpiry({ notAfter }: ObservedCertificate, at: number): string {
  if (notAfter === null) return 'has dates that cannot be read'
  const date = new Date(notAfter).toISOString().slice(0, 10)
  const days = Math.floor((notAfter - at) / DAY_MS)
  const hours = Math.max(0, Math.floor((notAfter - at) / 3_600_000))
  if (days >= 2) return `ends in ${days} days, on ${date}`
  return `ends in ${hours} hours, on ${date}`
}
