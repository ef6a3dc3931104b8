import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, type ManualClock } from '@sternpost/lab'
import type { DnsAnswer, DnsLookup, DnsRecordData, DnsRecordType } from '@sternpost/network'
import { createLogger } from '../../../log/index.ts'
import { createRegistry } from '../../../metrics/index.ts'
import { Store } from '../../../store/index.ts'
import { PublishStore } from '../../domains/publish-store.ts'
import { plainDomain } from '../../domains/testing/plain-domain.ts'
import { type CertificateSettings, Certificates } from '../certificates.ts'
import type { SmallAuthority } from './small-authority.ts'

export const START = Date.UTC(2026, 10, 25, 12)

/** Published domains, a real database and a manual clock; DNS as a test says. */
export interface CertificateWorld {
  readonly dataDir: string
  readonly clock: ManualClock
  readonly store: Store
  readonly publish: PublishStore
  readonly certificates: Certificates
  readonly log: readonly string[]
  /** What DNS says, by `name TYPE`; a word in place of records for a failure. */
  readonly zone: Map<string, readonly unknown[] | 'failure'>
  addDomain(domain: string): Promise<void>
  close(): Promise<void>
}

export async function createCertificateWorld(
  authorities: readonly SmallAuthority[],
  settings: Partial<CertificateSettings> = {},
  more: Partial<CertificateSettings['authorities'][number]> = {},
): Promise<CertificateWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sternpost-certificates-'))
  const clock = createManualClock(START)
  const lines: string[] = []
  const log = createLogger(
    { level: 'debug', format: 'json' },
    { isTerminal: false, color: false, write: line => lines.push(line) },
  )
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const publish = new PublishStore(store, clock)
  const zone: CertificateWorld['zone'] = new Map()
  const caFile = join(dataDir, 'ca.pem')
  writeFileSync(caFile, authorities[0]?.caPem ?? '')
  const certificates = new Certificates({
    settings: {
      agreeTerms: true,
      authorities: authorities.map(({ directoryUrl }, index) => ({
        name: `small${index}`,
        ...{ directoryUrl, caFile, ordersPerHour: 100, caaIdentities: [] },
        ...more,
      })),
      challenges: ['http-01'],
      renewAfter: 0.66,
      concurrency: 4,
      maxLoaded: 10,
      files: [],
      ...settings,
    },
    ...{ publish, store, clock, dns: zoneLookup(zone), log, registry: createRegistry('0') },
    random: () => 0.5,
    reach: () => ({ addresses: [], names: [] }),
    sleep: () => new Promise(resolve => setImmediate(resolve)),
  })
  return {
    ...{ dataDir, clock, store, publish, certificates, zone, log: lines },
    async addDomain(domain) {
      zone.set(`mta-sts.${domain} A`, ['192.0.2.1'])
      await publish.add(plainDomain(domain, { mode: 'none', maxAgeSeconds: 86_400, mxHostPatterns: [] }))
    },
    async close() {
      await certificates.stop()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A resolver that knows what the zone says and that there is nothing else. */
export function zoneLookup(zone: CertificateWorld['zone']): Pick<DnsLookup, 'lookup'> {
  return {
    async lookup<T extends DnsRecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
      const records = zone.get(`${name} ${type}`)
      const question = { name, type }
      const receivedAt = START
      if (records === 'failure')
        return {
          kind: 'failure',
          question,
          dnssec: 'indeterminate',
          code: 'dns/timeout',
          message: 'no answer',
          receivedAt,
        }
      const common = {
        question,
        dnssec: 'insecure' as const,
        canonicalName: name,
        aliases: [],
        ttlSeconds: 60,
        resolver: '127.0.0.1:53',
        receivedAt,
      }
      return records === undefined
        ? { ...common, kind: 'no-data' }
        : { ...common, kind: 'records', records: records as readonly DnsRecordData[T][] }
    },
  }
}
