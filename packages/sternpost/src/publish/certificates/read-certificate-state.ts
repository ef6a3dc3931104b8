import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { Store } from '../../store/index.ts'
import { type CertificateFileSettings, CertificateFiles } from './certificate-files.ts'
import type { CertificateState } from './certificate-source.ts'
import { CertificateStore } from './certificate-store.ts'
import { describeState } from './certificate-summary.ts'
import { policyHostOf } from './wanted-hosts.ts'

export interface StateReaderOptions {
  readonly store: Store
  readonly clock: Clock
  readonly files: readonly CertificateFileSettings[]
  readonly log: Logger
}

/** Tells how the certificate of a published domain stands, beside a daemon that may run or not. */
export function createStateReader({
  store,
  clock,
  files: settings,
  log,
}: StateReaderOptions): (domain: string) => Promise<CertificateState> {
  const certificates = new CertificateStore(store, clock, 'reader')
  const files = new CertificateFiles({ files: settings, now: clock.now, log })
  return async domain => {
    const host = policyHostOf(domain)
    const [row, order, file] = await Promise.all([
      certificates.certificate(host),
      certificates.order(host),
      files.find(host),
    ])
    return describeState(host, row, order, file, clock.now())
  }
}

/**
 * Has the daemon order or renew the certificate of a published domain within seconds.
 *
 * Errors: `CertificateFault` where the database cannot be written.
 */
export async function requestCertificate(store: Store, clock: Clock, domain: string): Promise<void> {
  const certificates = new CertificateStore(store, clock, 'request')
  const host = policyHostOf(domain)
  await certificates.changeHosts([{ host, nextTryAt: clock.now() }], [])
  await certificates.tryNow(host)
}
