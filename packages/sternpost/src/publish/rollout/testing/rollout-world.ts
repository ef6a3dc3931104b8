import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, type ManualClock } from '@sternpost/lab'
import type { PolicyFetchResult } from '@sternpost/network'
import { type DomainName, type MtaStsPolicy, parseMtaStsPolicy } from '@sternpost/protocol'
import { createLogger } from '../../../log/index.ts'
import { Store } from '../../../store/index.ts'
import { plainDomain } from '../../domains/testing/plain-domain.ts'
import { createRollout, type Rollout } from '../create-rollout.ts'
import type { CheckEvidence, ReportEvidence } from '../gate-evidence.ts'
import type { RolloutSettings } from '../look-after-domain.ts'
import type { PublicationProgress } from '../publication-executor.ts'
import { CachingSender } from './caching-sender.ts'
import { DAY_MS, hosts } from './policies.ts'

const HOUR_MS = 3_600_000
const CERTIFICATE = {
  subject: '',
  issuer: 'CN=Test',
  dnsNames: ['mta-sts.example.com'],
  notBefore: 0,
  fingerprint: '00',
  chain: [],
}
/** Months pass in a test, each write with a sync of its own; memory is quick at that. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** What the world outside is like; tests change it. */
export interface Outside {
  mx: readonly DomainName[] | undefined
  mxTtlSeconds: number
  /** The id in the TXT record; null for no record. */
  recordId: string | null
  /** Whether records are changed by a person only. */
  isByHand: boolean
  /** What a web server of the person's own gives out instead of our policy host. */
  ownWebServer: string | undefined
  reports: ReportEvidence | undefined
  /** MX hosts that a check finds bad, with the reason; undefined where no check can be made. */
  badMxHosts: Readonly<Record<string, string>> | undefined
  certificateDays: number | undefined
}

export const settings: RolloutSettings & { readonly checkEverySeconds: number } = {
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
}

export const goodReports: ReportEvidence = {
  sessionCount: 900,
  reporters: ['Alpha', 'Beta', 'Gamma'],
  failures: [],
}

/** One published domain with a real database, a clock that tests move, and a world made of values. */
export interface RolloutWorld extends AsyncDisposable {
  readonly domain: DomainName
  readonly outside: Outside
  readonly clock: ManualClock
  readonly sender: CachingSender
  readonly rollout: Rollout
  readonly store: Store
  /** Every change that the world saw: `serve ID`, `record ID`. */
  readonly seen: string[]
  /** Called at every moment of a publication; what it throws is as a kill. */
  onProgress: (progress: PublicationProgress) => void
  /** Does everything that is due, until nothing is. */
  settle(): Promise<void>
  /** Lets time pass hour by hour (or in steps of so many hours) with everything done that becomes due. */
  pass(days: number, stepHours?: number): Promise<void>
  stage(): Promise<string>
  /** Changes the MX records, and lets the next look come. */
  moveMx(...names: string[]): Promise<void>
  /** Changes what the owner wants. */
  want(policy: Partial<MtaStsPolicy>): Promise<void>
}

export async function createRolloutWorld(
  wanted: MtaStsPolicy,
  options: Partial<Pick<RolloutSettings, 'autoAdvance'>> = {},
): Promise<RolloutWorld> {
  const domain = 'example.com' as DomainName
  const dataDir = mkdtempSync(join(FOLDER, 'sternpost-rollout-'))
  const clock = createManualClock(Date.UTC(2026, 10, 1))
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const outside: Outside = {
    mx: wanted.mxHostPatterns.map(({ name }) => name),
    mxTtlSeconds: 3600,
    recordId: null,
    isByHand: false,
    ownWebServer: undefined,
    reports: goodReports,
    badMxHosts: {},
    certificateDays: 60,
  }
  const seen: string[] = []
  const world = { onProgress: (_progress: PublicationProgress) => {} }
  const rollout = createRollout({
    name: 'test',
    settings: { ...settings, ...options },
    store,
    clock,
    random: () => 0.5,
    log: createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false }),
    sources: {
      reports: async () => outside.reports,
      check: async () => checkOf(outside, clock.now()),
      liveMx: async () =>
        outside.mx === undefined ? undefined : { hosts: outside.mx, ttlSeconds: outside.mxTtlSeconds },
      fetchPolicy: async () =>
        fetched(outside.ownWebServer ?? (await servedText()), clock.now(), outside.certificateDays),
    },
    records: {
      ttlSeconds: 300,
      prepare: async () => ({ kind: 'written', note: 'the records are as wanted already' }),
      async write(_domain, policyId) {
        if (outside.isByHand) return { kind: 'by-hand', note: `set the record to ${policyId}` }
        await observe()
        outside.recordId = policyId
        seen.push(`record ${policyId}`)
        return { kind: 'written', note: `the record has ${policyId}` }
      },
      see: async (_domain, policyId) => ({
        isEverywhere: outside.recordId === policyId,
        note: `ns1.example.com says ${outside.recordId}`,
      }),
      retire: async () => ({ kind: 'written', note: 'the policy host is gone' }),
    },
    onProgress: progress => world.onProgress(progress),
  })
  const { publish, scheduler, rollouts, publications } = rollout

  async function servedText(): Promise<string | undefined> {
    return (await publish.servedVersion(domain))?.text
  }

  let lastServed: string | undefined
  const sender = new CachingSender()
  async function observe(): Promise<void> {
    const served = await publish.servedVersion(domain)
    if (served?.policyId !== lastServed) seen.push(`serve ${served?.policyId ?? 'nothing'}`)
    lastServed = served?.policyId
    const text = outside.ownWebServer ?? served?.text
    sender.see({ now: clock.now(), policyText: text, mx: outside.mx, mxTtlSeconds: outside.mxTtlSeconds })
  }

  async function settle(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      await scheduler.runLooks()
      await observe()
      await scheduler.runPublications()
      await observe()
      const isQuiet = (await rollouts.due(1)).length === 0 && (await publications.due(1)).length === 0
      if (isQuiet) return
    }
  }

  await publish.add({ ...plainDomain(domain, wanted), dns: { writer: 'none', apply: 'auto' } })
  return {
    domain,
    outside,
    clock,
    sender,
    rollout,
    store,
    seen,
    get onProgress() {
      return world.onProgress
    },
    set onProgress(listener) {
      world.onProgress = listener
    },
    settle,
    async pass(days, stepHours = 1) {
      const end = clock.now() + days * DAY_MS
      while (clock.now() < end) {
        clock.jump(Math.min(stepHours * HOUR_MS, end - clock.now()))
        await settle()
      }
    },
    stage: async () => (await rollouts.get(domain))?.state.stage ?? 'nothing',
    async moveMx(...names) {
      outside.mx = hosts(...names)
      await rollouts.configure(domain, ({ settings }) => ({ settings, autoAdvance: undefined }))
      await settle()
    },
    async want(policy) {
      await publish.update(domain, ({ wanted: current }) => ({ wanted: { ...current, ...policy } }))
      await rollouts.configure(domain, ({ settings }) => ({ settings, autoAdvance: undefined }))
      await settle()
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function checkOf({ mx, badMxHosts }: Outside, at: number): CheckEvidence | undefined {
  if (mx === undefined || badMxHosts === undefined) return undefined
  return {
    at,
    mxHosts: mx.map(mxHost => ({
      mxHost,
      verdict: badMxHosts[mxHost] === undefined ? 'good' : 'bad',
      why: badMxHosts[mxHost],
    })),
    certificates: mx.map(host => ({ host, expiresAt: at + 60 * DAY_MS })),
  }
}

/** What the fetcher would give for a text, or for a host that gives 404. */
function fetched(
  text: string | undefined,
  now: number,
  certificateDays: number | undefined,
): PolicyFetchResult {
  const evidence = {
    url: 'https://mta-sts.example.com/.well-known/mta-sts.txt',
    startedAt: now,
    durationMs: 1,
    attempts: [],
    ...(certificateDays === undefined
      ? {}
      : { certificate: { ...CERTIFICATE, notAfter: now + certificateDays * DAY_MS } }),
  }
  const parsed = parseMtaStsPolicy(text ?? '')
  if (text === undefined || !parsed.ok) {
    const issue = { code: 'policy-host/http-status', message: 'the policy host answers 404' } as const
    return { ok: false, issues: [issue], resultType: 'sts-policy-fetch-error', evidence }
  }
  return { ok: true, document: { text, value: parsed.value, fetchedAt: now }, warnings: [], evidence }
}
