import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { createDnsClient } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../../packages/sternpost/src/base/index.ts'
import { createLogger } from '../../packages/sternpost/src/log/index.ts'
import { createRegistry } from '../../packages/sternpost/src/metrics/index.ts'
import {
  type CertificateSettings,
  Certificates,
  type CertificatesOptions,
  PolicyHost,
  PublishStore,
} from '../../packages/sternpost/src/publish/index.ts'
import { plainDomain } from '../../packages/sternpost/src/publish/testing/index.ts'
import { Store } from '../../packages/sternpost/src/store/index.ts'
import { POLICY_HOST_ADDRESS, RESOLVER_ADDRESS } from '../ground/addresses.ts'
import type { Pebble } from './pebble.ts'

/** A system clock that a test moves; what is really waited for is not changed by it. */
export interface MovedClock extends Clock {
  move(milliseconds: number): void
}

export function createMovedClock(aheadMs = 0): MovedClock {
  let ahead = aheadMs
  return {
    now: () => Date.now() + ahead,
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
    move(milliseconds) {
      ahead += milliseconds
    },
  }
}

export interface CertificateRoomOptions {
  readonly settings: Partial<CertificateSettings> & Pick<CertificateSettings, 'authorities'>
  /** Default: the address of the policy host, so that DNS is looked at before anything is ordered. */
  readonly reach?: CertificatesOptions['reach']
  readonly dnsWriting?: CertificatesOptions['dnsWriting']
  /** Kept when the room closes, where given. */
  readonly dataDir?: string
  readonly clock?: MovedClock
}

/** Published domains with a policy host on its real ports and certificates from authorities of the ground. */
export interface CertificateRoom {
  readonly certificates: Certificates
  readonly publish: PublishStore
  readonly store: Store
  readonly clock: MovedClock
  /** Log lines as JSON. */
  readonly log: readonly string[]
  addDomains(...domains: readonly string[]): Promise<void>
  /** A number of `/metrics`. */
  metric(name: string): Promise<number>
  close(): Promise<void>
}

export async function openCertificateRoom(options: CertificateRoomOptions): Promise<CertificateRoom> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sternpost-certificates-'))
  const clock = options.clock ?? createMovedClock()
  const lines: string[] = []
  const log = createLogger(
    { level: 'debug', format: 'json' },
    { isTerminal: false, color: false, write: line => lines.push(line) },
  )
  const registry = createRegistry('0')
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const publish = new PublishStore(store, clock)
  const dns = createDnsClient({ servers: [RESOLVER_ADDRESS], maxCachedAnswers: 0 })
  const certificates = new Certificates({
    settings: {
      agreeTerms: true,
      challenges: ['http-01'],
      renewAfter: 0.66,
      concurrency: 8,
      maxLoaded: 100,
      files: [],
      ...options.settings,
    },
    ...{ publish, store, clock, dns, log, registry, random: Math.random },
    reach: options.reach ?? (() => ({ addresses: [POLICY_HOST_ADDRESS], names: [] })),
    ...(options.dnsWriting === undefined ? {} : { dnsWriting: options.dnsWriting }),
  })
  const listener = (port: number) => ({
    host: POLICY_HOST_ADDRESS,
    port,
    text: `${POLICY_HOST_ADDRESS}:${port}`,
  })
  const host = new PolicyHost({
    settings: { listen: [listener(443)], http: [listener(80)], plainHttp: [], trustedProxies: [] },
    ...{ publish, certificates, clock, registry },
  })
  await host.start()
  return {
    certificates,
    publish,
    store,
    clock,
    log: lines,
    async addDomains(...domains) {
      for (const domain of domains) {
        const name = { wildcard: false, name: `mx.${domain}` as DomainName }
        const wanted = { mode: 'testing', maxAgeSeconds: 604_800, mxHostPatterns: [name] } as const
        await publish.add(plainDomain(domain, wanted))
        const version = await publish.newVersion(domain as DomainName, wanted)
        await publish.serve(domain as DomainName, version.policyId)
      }
    },
    async metric(name) {
      const line = (await registry.metrics()).split('\n').find(one => one.startsWith(`${name} `))
      return line === undefined ? 0 : Number(line.slice(name.length + 1))
    },
    async close() {
      await certificates.stop()
      await host.close()
      dns.close()
      await store.close()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** An authority of the configuration that is a Pebble. */
export function authorityOf(
  pebble: Pebble,
  more: Partial<CertificateSettings['authorities'][number]> = {},
): CertificateSettings['authorities'][number] {
  return {
    name: `pebble-${new URL(pebble.directoryUrl).port}`,
    directoryUrl: pebble.directoryUrl,
    caFile: pebble.caFile,
    ordersPerHour: 1000,
    caaIdentities: [],
    ...more,
  }
}

/** What a client sees that asks the policy host for a name: the certificate's serial number, or why there is none. */
export function serialServed(serverName: string, ca: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ host: POLICY_HOST_ADDRESS, port: 443, servername: serverName, ca })
    socket.on('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.on('error', error => resolve(`no: ${error.message}`))
  })
}
