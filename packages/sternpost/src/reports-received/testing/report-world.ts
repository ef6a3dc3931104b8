import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, type ManualClock } from '@sternpost/lab'
import { createLogger } from '../../log/index.ts'
import { Store } from '../../store/index.ts'
import type { IntakeChannel } from '../document.ts'
import { ReportIntake } from '../ingest.ts'
import { ownDomains } from '../our-domains.ts'
import type { ReportsDb } from '../questions/report-filter.ts'

/** What a test says of a report; everything else is as a good reporter has it. */
export interface ReportSketch {
  readonly organization?: string
  readonly day?: string
  readonly domain?: string
  /** Further domains that the same report covers, with the same figures each. */
  readonly alsoDomains?: readonly string[]
  readonly reportId?: string
  readonly success?: number
  readonly failure?: number
  readonly policyType?: string
  readonly policyStrings?: readonly string[]
  readonly failures?: readonly FailureSketch[]
  /** `import` is trusted, `https` is not. Default `import`. */
  readonly channel?: IntakeChannel
}

export interface FailureSketch {
  readonly type: string
  readonly count: number
  readonly mx?: string
  readonly from?: string
  readonly to?: string
  readonly reason?: string
  readonly helo?: string
  readonly info?: string
}

export interface ReportWorld extends AsyncDisposable {
  readonly dataDir: string
  readonly store: Store
  readonly clock: ManualClock
  readonly intake: ReportIntake
  take(sketch: ReportSketch): Promise<void>
  ask<T>(question: (db: ReportsDb) => Promise<T>): Promise<T>
}

export const samplePolicy = ['version: STSv1', 'mode: enforce', 'mx: *.example.com', 'max_age: 604800']

/** A real database in a folder of its own, filled through the real intake; only domains below `example.com` are ours. */
export async function createReportWorld(): Promise<ReportWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sternpost-reports-'))
  const clock = createManualClock(Date.UTC(2026, 2, 20, 6))
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const intake = new ReportIntake({
    store,
    clock,
    dns: { lookup: () => Promise.reject(new Error('nothing here is signed')) },
    limits: { documentBytes: 1 << 20, unpackedBytes: 4 << 20, ratio: 200, members: 100, nesting: 3 },
    ourDomains: ownDomains(['example.com']),
    log: createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false }),
  })
  return {
    dataDir,
    store,
    clock,
    intake,
    async take(sketch) {
      const verdict = await intake.take({
        channel: sketch.channel ?? 'import',
        bytes: reportBytes(sketch),
        receivedAt: clock.now(),
      })
      if (verdict.verdict !== 'report') throw new Error(`${verdict.verdict}: ${verdict.reason ?? ''}`)
    },
    async ask(question) {
      const answer = await store.read(question)
      if (answer === undefined) throw new Error('the database does not answer')
      return answer
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The file of such a report. */
export function reportBytes(sketch: ReportSketch): Buffer {
  return Buffer.from(JSON.stringify(toJson(sketch)))
}

function toJson(sketch: ReportSketch) {
  const { organization = 'Sender One', day = '2026-03-10', domain = 'example.com', failures = [] } = sketch
  return {
    'organization-name': organization,
    'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
    'contact-info': 'tls@sender.example',
    'report-id': sketch.reportId ?? `${day}_${domain}_${organization}`,
    policies: [domain, ...(sketch.alsoDomains ?? [])].map(policyDomain => ({
      policy: {
        'policy-type': sketch.policyType ?? 'sts',
        'policy-string': sketch.policyStrings ?? samplePolicy,
        'policy-domain': policyDomain,
      },
      summary: {
        'total-successful-session-count': sketch.success ?? 0,
        'total-failure-session-count': sketch.failure ?? failures.reduce((sum, { count }) => sum + count, 0),
      },
      'failure-details': failures.map(failure => ({
        'result-type': failure.type,
        'failed-session-count': failure.count,
        'receiving-mx-hostname': failure.mx,
        'receiving-ip': failure.to,
        'sending-mta-ip': failure.from,
        'failure-reason-code': failure.reason,
        'receiving-mx-helo': failure.helo,
        'additional-information': failure.info,
      })),
    })),
  }
}
