import { createManualClock, labCertificateAuthority, type ManualClock } from '@sternpost/lab'
import type { DnsClient, PolicyFetcher } from '@sternpost/network'
import { type DomainName, parseMtaStsPolicy } from '@sternpost/protocol'
import type { Config } from '../../../packages/sternpost/src/config/index.ts'
import { createPublishOutside } from '../../../packages/sternpost/src/daemon/index.ts'
import { createLogger } from '../../../packages/sternpost/src/log/index.ts'
import { EventHistory, PolicyStore } from '../../../packages/sternpost/src/outbound/index.ts'
import {
  dayOf,
  type IncomingDocument,
  ownDomains,
  ReportIntake,
} from '../../../packages/sternpost/src/reports-received/index.ts'
import { Store } from '../../../packages/sternpost/src/store/index.ts'
import { type Deed, onlyReported, type Role, roles, seedDays, strangersDomain } from './cast.ts'
import { documentOf, reportsOfDay } from './report-documents.ts'
import { createRolloutWorld, type RolloutWorld, servedLines } from './roll-out-world.ts'

const DAY_MS = 86_400_000
/** Looks at the domains in a day of the seed. */
const LOOKS_PER_DAY = 2

const silent = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)

export interface FillOptions {
  /** Of the daemon that will run on it. */
  readonly config: Config
  readonly dns: DnsClient
  readonly fetcher: PolicyFetcher
  /** The moment at which the seed ends: now. */
  readonly now: number
}

/** Policies as they are served at the end of the seed, by domain. */
export type ServedPolicies = ReadonlyMap<string, { readonly text: string; readonly id: string }>

/**
 * Lives through six weeks in seconds: domains are added, reports come in through the real intake, the real
 * roll-out looks after every domain, people do what the cast has them do.
 */
export async function fillDataFolder(options: FillOptions): Promise<ServedPolicies> {
  const { config, dns, fetcher, now } = options
  const clock = createManualClock(now - seedDays * DAY_MS)
  const store = new Store({ dataDir: config.dataDirectory, clock, onNotice: () => {} })
  await store.open()
  const { sources } = await createPublishOutside({ config, dns, fetcher, store, clock, env: {} })
  const world = createRolloutWorld({ store, clock, log: silent, reports: sources.reports })
  const intake = new ReportIntake({
    store,
    clock,
    dns,
    limits: config.reportsReceived.limits,
    ourDomains: ownDomains([...roles.map(({ domain }) => domain), onlyReported]),
    log: silent,
  })
  for (let daysAgo = seedDays; daysAgo >= 0; daysAgo -= 1) {
    for (const role of roles.filter(role => role.addedDaysAgo === daysAgo)) await world.add(role)
    await takeReports(intake, world, clock, daysAgo)
    await doDeeds(world, daysAgo)
    await world.settle()
    // The last day is today, and not over yet.
    for (let look = 0; look < LOOKS_PER_DAY && daysAgo > 0; look += 1) {
      clock.jump(DAY_MS / LOOKS_PER_DAY)
      await world.settle()
    }
  }
  await fillOutbound(store, clock)
  await addCertificates(store, now)
  // As in the middle of a quiet day: the daemon of the tests has nothing due at once.
  await store.write(db =>
    db
      .updateTable('rollouts')
      .set({ next_look_at: now + DAY_MS })
      .execute(),
  )
  const served = await servedPolicies(world)
  await store.close()
  return served
}

/** The reports about the day before, as they come in in the small hours. */
async function takeReports(
  intake: ReportIntake,
  { rollout }: RolloutWorld,
  clock: ManualClock,
  daysAgo: number,
): Promise<void> {
  const day = dayOf(clock.now() - DAY_MS)
  const about: Role[] = [
    ...roles.filter(role => role.addedDaysAgo > daysAgo),
    { domain: onlyReported, addedDaysAgo: seedDays, mxHosts: [`mx.${onlyReported}`], sessions: 55 },
    ...(daysAgo % 9 === 0
      ? [{ domain: strangersDomain, addedDaysAgo: seedDays, mxHosts: [`mx.${strangersDomain}`], sessions: 7 }]
      : []),
  ]
  const documents: IncomingDocument[] = []
  for (const role of about) {
    const lines = await servedLines(rollout.publish, role.domain)
    for (const facts of reportsOfDay(role, daysAgo, day, lines))
      documents.push(await documentOf(facts, clock.now()))
  }
  await Promise.all(
    documents.map(async document => {
      const verdict = await intake.take(document)
      if (verdict.verdict !== 'report') throw new Error(`${verdict.verdict}: ${verdict.reason ?? ''}`)
    }),
  )
}

async function doDeeds(world: RolloutWorld, daysAgo: number): Promise<void> {
  for (const { domain, deeds = [] } of roles) {
    for (const deed of deeds.filter(deed => deed.daysAgo === daysAgo))
      await doDeed(world, domain as DomainName, deed)
  }
}

async function doDeed(world: RolloutWorld, domain: DomainName, deed: Deed): Promise<void> {
  const { control, rollouts, evidence } = world.rollout
  const order = { by: 'cli postmaster', reason: 'as planned' }
  const because = (reason: string) => ({ ...order, reason })
  if (deed.kind === 'mx-moves') return world.moveMx(domain, deed.mxHosts)
  const answer = await (async () => {
    switch (deed.kind) {
      case 'enforce': {
        const state = (await rollouts.get(domain))?.state
        const verdict = (await evidence.gates(domain, 1))[0]
        if (state?.stage !== 'ready')
          throw new Error(`${domain} is ${state?.stage}, not ready: ${JSON.stringify(verdict)}`)
        return control.advance(domain, verdict, order)
      }
      case 'enforce-anyway':
        return control.advance(domain, undefined, order, deed.reason)
      case 'hold':
        return control.hold(domain, because('the mail servers move next month'))
      case 'roll-back':
        return control.rollBack(domain, 'testing', because('a certificate nobody trusts was put in'))
      case 'exit':
        return control.exit(domain, because('the domain is sold'))
    }
  })()
  if (!answer.ok) throw new Error(`${deed.kind} of ${domain}: ${answer.reason}`)
}

/** Policies of others as found, changed and weakened; kept and told of by the outbound room's own stores. */
async function fillOutbound(store: Store, clock: ManualClock): Promise<void> {
  const end = clock.now()
  const policies = new PolicyStore(store, clock)
  const history = new EventHistory(store, clock, () => {})
  const summary = (policyId: string, mode: string, domain: string, maxAgeSeconds: number) => ({
    policyId,
    mode,
    mx: [`mx.${domain}`],
    maxAgeSeconds,
  })
  const others = Array.from({ length: 24 }, (_, index) => ({
    domain: `partner${index + 1}.example` as DomainName,
    mode: index % 5 === 4 ? 'testing' : 'enforce',
    maxAgeSeconds: 86_400 * (1 + (index % 7)),
    foundDaysAgo: 30 - index,
    ageHours: (index * 5) % 20,
  }))
  clock.jump(-31 * DAY_MS)
  for (const { domain, mode, maxAgeSeconds, foundDaysAgo } of others) {
    clock.jump(end - foundDaysAgo * DAY_MS - clock.now())
    const to = summary('20261001', mode, domain, maxAgeSeconds)
    await history.record({ kind: 'policy-found', policyDomain: domain, detail: { to } })
  }
  clock.jump(end - 3 * DAY_MS - clock.now())
  const [first, second, third] = others as [(typeof others)[0], (typeof others)[0], (typeof others)[0]]
  await history.record({
    kind: 'policy-weakened',
    policyDomain: first.domain,
    detail: {
      from: summary('20261001', 'enforce', first.domain, first.maxAgeSeconds),
      to: summary('20261122', 'testing', first.domain, 86_400),
    },
  })
  await history.record({
    kind: 'record-removed',
    policyDomain: second.domain,
    detail: { policyId: '20261001', seen: 'no TXT record at _mta-sts' },
  })
  await history.record({
    kind: 'refresh-failing',
    policyDomain: third.domain,
    detail: {
      policyId: '20261001',
      code: 'policy-host/http-status',
      reason: 'the policy host answers 503',
      failures: 4,
    },
  })
  clock.jump(end - clock.now())
  for (const { domain, mode, maxAgeSeconds, ageHours } of others) {
    const text = `version: STSv1\r\nmode: ${mode}\r\nmx: mx.${domain}\r\nmax_age: ${maxAgeSeconds}\r\n`
    const parsed = parseMtaStsPolicy(text)
    if (!parsed.ok) throw new Error('the policy of a destination cannot be read')
    const fetchedAt = end - ageHours * 3_600_000
    await policies.save({
      policyDomain: domain,
      policyId: '20261001',
      document: { text, value: parsed.value, fetchedAt },
      expiresAt: fetchedAt + maxAgeSeconds * 1000,
      lastUsedAt: end,
      nextCheckAt: end + DAY_MS,
    })
  }
  await policies.close()
}

/** Certificates of the policy hosts, one of which runs out soon. */
async function addCertificates(store: Store, now: number): Promise<void> {
  const ca = await labCertificateAuthority()
  const directoryUrl = 'https://acme.lab.example/directory'
  for (const [index, { domain }] of roles.entries()) {
    const host = `mta-sts.${domain}`
    const { chainPem, keyPem } = await ca.issue({ names: [host] })
    const daysLeft = index === 1 ? 6 : 40 + index
    const isSaved = await store.write(async db => {
      await db
        .insertInto('certificates')
        .values({
          host,
          chain_pem: chainPem,
          key_pem: keyPem,
          not_before: now - (90 - daysLeft) * DAY_MS,
          not_after: now + daysLeft * DAY_MS,
          directory_url: directoryUrl,
          issued_at: now - (90 - daysLeft) * DAY_MS,
        })
        .execute()
      const isFailing = index === 1
      await db
        .insertInto('certificate_orders')
        .values({
          host,
          is_held: 1,
          next_try_at: now + DAY_MS,
          failures: isFailing ? 5 : 0,
          last_tried_at: isFailing ? now - 3_600_000 : now - (90 - daysLeft) * DAY_MS,
          last_error: isFailing ? 'certificate/host-elsewhere' : null,
          last_error_message: isFailing ? `${host} does not lead here` : null,
          next_advice_at: null,
          advised_at: null,
          claimed_by: null,
          claimed_until: null,
          order_directory_url: null,
          order_url: null,
          order_key_pem: null,
        })
        .execute()
    })
    if (!isSaved) throw new Error('the certificates of the seed could not be written')
  }
}

async function servedPolicies({ rollout }: RolloutWorld): Promise<ServedPolicies> {
  const served = new Map<string, { text: string; id: string }>()
  for (const { domain } of roles) {
    const version = await rollout.publish.servedVersion(domain as DomainName)
    if (version !== undefined) served.set(domain, { text: version.text, id: version.policyId })
  }
  return served
}
