import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CertificateAuthority,
  createManualClock,
  labCertificateAuthority,
  type ManualClock,
} from '@sternpost/lab'
import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import { createRegistry, type Registry } from '../../../metrics/index.ts'
import { Store } from '../../../store/index.ts'
import type { CertificateSource } from '../../certificates/certificate-source.ts'
import { PublishStore } from '../../domains/publish-store.ts'
import { plainDomain } from '../../domains/testing/plain-domain.ts'
import { PolicyHost, type PolicyHostOptions, type PolicyHostSettings } from '../policy-host.ts'

/** A policy host on a real database, with certificates of the lab for the names it is told. */
export interface PolicyHostWorld {
  readonly ca: CertificateAuthority
  readonly clock: ManualClock
  readonly store: Store
  readonly publish: PublishStore
  readonly host: PolicyHost
  readonly dataDir: string
  /** Of the HTTPS listener; 0 where there is none. */
  readonly port: number
  /** Answers of HTTP-01, by `host token`; and names that `acme-tls/1` is awaited for. */
  readonly challenges: Map<string, string>
  /** Adds a domain and serves its policy. */
  publishDomain(domain: string, policy?: Partial<MtaStsPolicy>): Promise<string>
  /** A number of `/metrics`, such as `sternpost_policy_host_requests_total{result="served"}`. */
  metric(name: string): Promise<number>
  close(): Promise<void>
}

export const START = Date.UTC(2026, 10, 25, 12)

const local = { host: '127.0.0.1', port: 0, text: '127.0.0.1:0' }

export async function createPolicyHostWorld(
  options: Partial<Pick<PolicyHostOptions, 'maxConnections' | 'maxConnectionsPerSource'>> & {
    readonly settings?: Partial<PolicyHostSettings>
    readonly certified?: readonly string[]
  } = {},
): Promise<PolicyHostWorld> {
  const { settings, certified = [], ...rest } = options
  const ca = await labCertificateAuthority()
  const dataDir = mkdtempSync(join(tmpdir(), 'sternpost-policy-host-'))
  const clock = createManualClock(START)
  const registry: Registry = createRegistry('0')
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const publish = new PublishStore(store, clock)
  const challenges = new Map<string, string>()
  const leaves = new Map(
    await Promise.all(
      certified.map(async name => [name, (await ca.issue({ names: [name] })).secureContext] as const),
    ),
  )
  const certificates: CertificateSource = {
    contextFor: async name => leaves.get(name),
    challengeContextFor: async name => (challenges.has(name) ? leaves.get(name) : undefined),
    httpChallenge: (host, token) => challenges.get(`${host} ${token}`),
    async state() {
      throw new Error('the policy host does not ask for it')
    },
  }
  const host = new PolicyHost({
    settings: { listen: [local], http: [], plainHttp: [], trustedProxies: [], ...settings },
    publish,
    certificates,
    clock,
    registry,
    ...rest,
  })
  await host.start()
  const port = Number(/^https:.*:([0-9]+)$/.exec(host.addresses[0] ?? '')?.[1] ?? 0)
  return {
    ca,
    clock,
    store,
    publish,
    host,
    dataDir,
    port,
    challenges,
    async publishDomain(name, policy = {}) {
      const domain = name as DomainName
      const wanted: MtaStsPolicy = {
        mode: 'testing',
        maxAgeSeconds: 604_800,
        mxHostPatterns: [{ wildcard: false, name: `mx.${domain}` as DomainName }],
        ...policy,
      }
      await publish.add(plainDomain(domain, wanted))
      const { policyId } = await publish.newVersion(domain, wanted)
      await publish.serve(domain, policyId)
      return policyId
    },
    async metric(name) {
      const line = (await registry.metrics()).split('\n').find(each => each.startsWith(`${name} `))
      return Number(line?.slice(name.length + 1) ?? Number.NaN)
    },
    async close() {
      await host.close()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
