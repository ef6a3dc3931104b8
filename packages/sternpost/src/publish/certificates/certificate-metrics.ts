import { Counter, Gauge } from 'prom-client'
import type { Registry } from '../../metrics/index.ts'
import type { CertificateSummary } from './certificate-summary.ts'

/** What is counted of certificates. Labels are words of ours. */
export class CertificateMetrics {
  readonly orders: Counter<'result'>

  constructor(
    registry: Registry,
    sources: {
      readonly summary: () => CertificateSummary | undefined
      readonly loaded: () => number
      readonly running: () => number
    },
  ) {
    const registers = [registry]
    this.orders = new Counter({
      name: 'sternpost_certificate_tries_total',
      help: 'Tries to get a certificate, by "issued" or the code of what went wrong.',
      labelNames: ['result'],
      registers,
    })
    new Gauge({
      name: 'sternpost_certificates',
      help: 'Policy hosts by how their certificate stands.',
      labelNames: ['condition'],
      registers,
      collect() {
        const summary = sources.summary()
        if (summary === undefined) return
        const { wanted, held, expiring, expired } = summary
        this.set({ condition: 'valid' }, held - expiring - expired)
        this.set({ condition: 'expiring' }, expiring)
        this.set({ condition: 'expired' }, expired)
        this.set({ condition: 'none' }, wanted - held)
      },
    })
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value())
        },
      })
    gauge(
      'sternpost_certificates_failing',
      'Policy hosts that were tried for in vain and have no certificate.',
      () => sources.summary()?.failing ?? 0,
    )
    gauge('sternpost_certificates_loaded', 'Certificates kept ready in memory.', sources.loaded)
    gauge('sternpost_certificate_orders', 'Orders under way.', sources.running)
  }
}
