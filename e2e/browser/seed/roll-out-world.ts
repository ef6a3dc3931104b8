import type { ManualClock } from '@sternpost/lab'
import type { PolicyFetchResult } from '@sternpost/network'
import { type DomainName, parseMtaStsPolicy, parseMxHostPattern } from '@sternpost/protocol'
import type { Logger } from '../../../packages/sternpost/src/log/index.ts'
import {
  createRollout,
  type EvidenceSources,
  type NewDomain,
  type PublishStore,
  type Rollout,
} from '../../../packages/sternpost/src/publish/index.ts'
import type { Store } from '../../../packages/sternpost/src/store/index.ts'
import type { Role } from './cast.ts'

const DAY_MS = 86_400_000

/** The real roll-out of all the seed's domains, in a world made of values. */
export interface RolloutWorld {
  readonly rollout: Rollout
  add(role: Role): Promise<void>
  moveMx(domain: string, mxHosts: readonly string[]): void
  /** Does everything that is due. */
  settle(): Promise<void>
}

export function createRolloutWorld(options: {
  readonly store: Store
  readonly clock: ManualClock
  readonly log: Logger
  readonly reports: EvidenceSources['reports']
}): RolloutWorld {
  const { store, clock, log, reports } = options
  const mx = new Map<string, readonly DomainName[]>()
  const recordIds = new Map<string, string | null>()
  const rollout = createRollout({
    name: 'seed',
    settings: {
      gate: {
        minDays: 14,
        minSessions: 100,
        minReporters: 3,
        minCertificateDays: 21,
        minAvailability: 0.99,
        maxCheckAgeSeconds: 172_800,
      },
      autoAdvance: false,
      lookEverySeconds: 21_600,
      checkEverySeconds: 86_400,
    },
    store,
    clock,
    random: () => 0.5,
    log,
    sources: {
      reports,
      async check(domain) {
        const hosts = mx.get(domain) ?? []
        return {
          at: clock.now(),
          mxHosts: hosts.map(mxHost => ({ mxHost, verdict: 'good' as const, why: undefined })),
          certificates: hosts.map(host => ({ host, expiresAt: clock.now() + 60 * DAY_MS })),
        }
      },
      liveMx: async domain => ({ hosts: mx.get(domain) ?? [], ttlSeconds: 3600 }),
      fetchPolicy: async domain => fetched(domain, (await publish.servedVersion(domain))?.text, clock.now()),
    },
    records: {
      ttlSeconds: 300,
      prepare: async () => ({ kind: 'written', note: 'the records are as wanted already' }),
      async write(domain, policyId) {
        recordIds.set(domain, policyId)
        return { kind: 'written', note: `the record has ${policyId}` }
      },
      see: async (domain, policyId) => ({
        isEverywhere: recordIds.get(domain) === policyId,
        note: `ns1.${domain} says ${recordIds.get(domain)}`,
      }),
      retire: async () => ({ kind: 'written', note: 'the policy host is gone' }),
    },
  })
  const { publish, rollouts, publications, scheduler } = rollout
  return {
    rollout,
    async add(role) {
      mx.set(role.domain, role.mxHosts as readonly DomainName[])
      await publish.add(newDomain(role.domain, role.mxHosts))
    },
    moveMx: (domain, mxHosts) => void mx.set(domain, mxHosts as readonly DomainName[]),
    async settle() {
      for (let rounds = 0; rounds < 20; rounds += 1) {
        await scheduler.runLooks()
        await scheduler.runPublications()
        if ((await rollouts.due(1)).length === 0 && (await publications.due(1)).length === 0) return
      }
    },
  }
}

/** A domain as its owner wants it, with one pattern for each host. */
export function newDomain(domain: string, mxHosts: readonly string[]): NewDomain {
  return {
    domain: domain as DomainName,
    wanted: {
      mode: 'testing',
      maxAgeSeconds: 604_800,
      mxHostPatterns: mxHosts.map(host => {
        const parsed = parseMxHostPattern(host)
        if (!parsed.ok) throw new RangeError(`${host} is no MX host pattern`)
        return parsed.value
      }),
    },
    tlsRptRua: [`mailto:tls-reports@${domain}`],
    dns: { writer: 'none', apply: 'ask' },
    delegation: 'direct',
    policyIdForm: 'utc',
    bimi: undefined,
    tlsa: [],
  }
}

/** The lines of the policy that is served, as reporters quote it. */
export async function servedLines(publish: PublishStore, domain: string): Promise<readonly string[]> {
  const text = (await publish.servedVersion(domain as DomainName))?.text ?? ''
  return text.split('\r\n').filter(line => line !== '')
}

/** What a fetch gives for a text, or for a host that answers 404. */
function fetched(domain: string, text: string | undefined, now: number): PolicyFetchResult {
  const host = `mta-sts.${domain}`
  const evidence = {
    url: `https://${host}/.well-known/mta-sts.txt`,
    startedAt: now,
    durationMs: 40,
    attempts: [],
    certificate: {
      subject: '',
      issuer: 'CN=Sternpost Lab',
      dnsNames: [host],
      notBefore: now - 30 * DAY_MS,
      notAfter: now + 60 * DAY_MS,
      fingerprint: '00',
      chain: [],
    },
  }
  const parsed = parseMtaStsPolicy(text ?? '')
  if (text === undefined || !parsed.ok) {
    const issue = { code: 'policy-host/http-status', message: 'the policy host answers 404' } as const
    return { ok: false, issues: [issue], resultType: 'sts-policy-fetch-error', evidence }
  }
  return { ok: true, document: { text, value: parsed.value, fetchedAt: now }, warnings: [], evidence }
}
