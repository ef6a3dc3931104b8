import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import { fetchRenewalAdvice, type RenewalAdvice } from './acme/renewal-info.ts'
import type { Authority } from './authority.ts'
import { CertificateFault } from './certificate-issues.ts'
import type { CertificateRow, CertificateStore } from './certificate-store.ts'
import { advisedTime } from './renewal-schedule.ts'

export interface AdviceOptions {
  readonly store: CertificateStore
  readonly authorities: readonly Authority[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly isStopped: () => boolean
}

/** However often an authority wants to be asked. */
const MIN_WAIT_MS = 3_600_000
const MAX_WAIT_MS = 86_400_000
const PER_ROUND = 20

/**
 * Asks authorities when they would have their certificates renewed, for those whose turn it is.
 *
 * Shape: an authority that does not answer, or has no advice, changes nothing: the renewal stays where our own rule put
 * it.
 * Source: RFC 9773.
 */
export async function askRenewalAdvice(options: AdviceOptions): Promise<void> {
  const { store, authorities, isStopped } = options
  for (const host of await store.adviceDue(PER_ROUND)) {
    if (isStopped()) return
    const current = await store.certificate(host)
    const authority = authorities.find(({ settings }) => settings.directoryUrl === current?.directory_url)
    if (current === undefined || authority === undefined) await store.keepAdvice(host, null, undefined)
    else await askFor(current, authority, options)
  }
}

async function askFor(current: CertificateRow, authority: Authority, options: AdviceOptions): Promise<void> {
  const { store, clock, random, log } = options
  const { host } = current
  const advice = await fetchRenewalAdvice(authority.connection, current.chain_pem).catch((error: unknown) => {
    if (!(error instanceof CertificateFault)) throw error
    log.debug({ host, code: error.code, reason: error.message }, 'no advice on the renewal')
    return undefined
  })
  const now = clock.now()
  if (advice === undefined) {
    await store.keepAdvice(host, now + MIN_WAIT_MS * (1 + random()), undefined)
    return
  }
  const waitMs = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, (advice.retryAfterSeconds ?? 0) * 1000))
  const advisedAt = (await store.order(host))?.advised_at ?? undefined
  // A window that holds the time chosen before is no news; another choice each time would crowd at its end.
  if (advisedAt !== undefined && isWithin(advisedAt, advice)) {
    await store.keepAdvice(host, now + waitMs, undefined)
    return
  }
  const validity = { notBefore: current.not_before, notAfter: current.not_after }
  await store.keepAdvice(host, now + waitMs, advisedTime(validity, current.issued_at, advice, random))
  if (advice.explanationUrl !== undefined)
    log.warn(
      { host, authority: authority.settings.name, page: advice.explanationUrl },
      'a certificate authority advises when to renew and says why on this page',
    )
}

function isWithin(at: number, { startAt, endAt }: RenewalAdvice): boolean {
  return at >= startAt && at <= endAt
}
