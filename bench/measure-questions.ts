// Times the questions about stored reports: `measure-questions.ts '{"folder":…}'`, JSON on stdout.
import { createSteadyClock } from '../packages/sternpost/src/base/index.ts'
import {
  addDays,
  addressFamilies,
  failureGroups,
  listReports,
  newFailures,
  type ReportFilter,
  type ReportsDb,
  reporterCalendar,
  summarizeReports,
} from '../packages/sternpost/src/reports-received/index.ts'
import { type FillPlan, fillReports } from '../packages/sternpost/src/reports-received/testing/index.ts'
import { databaseFile, Store } from '../packages/sternpost/src/store/index.ts'
import { createRandom } from './sample-reports.ts'

export interface QuestionPlan {
  /** An empty one; the database is laid into it. */
  readonly folder: string
  readonly reports: number
  /** How often each question is asked, each time about something else. */
  readonly times: number
}

export interface QuestionResult {
  readonly reports: number
  readonly days: number
  readonly domains: number
  readonly fillSeconds: number
  readonly questions: readonly QuestionTimes[]
}

export interface QuestionTimes {
  readonly question: string
  /** The goal is about those that `summarizeReports` answers. */
  readonly isSummary: boolean
  readonly p50Ms: number
  readonly p95Ms: number
  readonly worstMs: number
}

/** A slow question is asked less often. */
const MIN_TIMES = 20
const LONG_ENOUGH_MS = 10_000

type Ask = (db: ReportsDb) => Promise<unknown>

const plan = JSON.parse(process.argv[2] ?? '') as QuestionPlan
const fill: FillPlan = { reports: plan.reports, domains: 2_000, days: 365, lastDay: '2026-10-31' }
const store = new Store({
  dataDir: plan.folder,
  clock: createSteadyClock(),
  onNotice: notice => {
    throw new Error(`the database of the benchmark has trouble: ${JSON.stringify(notice)}`)
  },
})
await store.open()
await store.close()
const startedAt = performance.now()
fillReports(databaseFile(plan.folder), fill)
const fillSeconds = (performance.now() - startedAt) / 1000
await store.open()

const random = createRandom(3)
const pick = (count: number) => Math.floor(random() * count)
const year = { from: addDays(fill.lastDay, 1 - fill.days), to: fill.lastDay }
const someMonth = () => {
  const to = addDays(fill.lastDay, -pick(fill.days - 30))
  return { from: addDays(to, -29), to }
}
const someDomain = () => ({ domain: `d${pick(fill.domains)}.example.com` })
const organizations = ['Google', 'Microsoft', 'Comcast', 'GMX'] as const
const someOrganization = () => ({ organization: organizations[pick(organizations.length)] ?? 'Google' })

const summary =
  (filter: () => ReportFilter): (() => Ask) =>
  () => {
    const chosen = filter()
    return db => summarizeReports(db, chosen)
  }
const questions: readonly (readonly [question: string, isSummary: boolean, next: () => Ask])[] = [
  ['summary, a month', true, summary(someMonth)],
  ['summary, the year', true, summary(() => year)],
  ['summary, the year, any trust', true, summary(() => ({ ...year, trust: 'any' }))],
  ['summary, a month of a domain', true, summary(() => ({ ...someMonth(), ...someDomain() }))],
  ['summary, the year of a domain', true, summary(() => ({ ...year, ...someDomain() }))],
  ['summary, the year of a reporter', true, summary(() => ({ ...year, ...someOrganization() }))],
  ['`report summary`, all it asks, a month', false, wholeSummary],
  ['list, first page of a domain', false, () => list({ ...someDomain() })],
  ['list, first page of the untrusted', false, () => list({ trust: 'untrusted' })],
  ['list, a trust level nobody has', false, () => list({ trust: 'unauthenticated' })],
]
const times: QuestionTimes[] = []
for (const [question, isSummary, next] of questions) {
  const durations: number[] = []
  const begunAt = performance.now()
  // The first answer finds the pages of the database cold and does not count.
  for (let turn = 0; turn <= plan.times; turn += 1) {
    if (turn > MIN_TIMES && performance.now() - begunAt > LONG_ENOUGH_MS) break
    const ask = next()
    const askedAt = performance.now()
    const answer = await store.read(ask)
    if (answer === undefined) throw new Error(`no answer: ${question}`)
    if (turn > 0) durations.push(performance.now() - askedAt)
  }
  durations.sort((a, b) => a - b)
  const at = (share: number) => durations[Math.ceil(share * durations.length) - 1] ?? Number.NaN
  times.push({ question, isSummary, p50Ms: at(0.5), p95Ms: at(0.95), worstMs: at(1) })
}
await store.close()
const result: QuestionResult = {
  reports: fill.reports,
  days: fill.days,
  domains: fill.domains,
  fillSeconds,
  questions: times,
}
process.stdout.write(JSON.stringify(result))

/** What the command asks one after the other, as in cli/report-summary.ts. */
function wholeSummary(): Ask {
  const filter = someMonth()
  return async db => ({
    summary: await summarizeReports(db, filter),
    failures: await failureGroups(db, filter, { limit: 10 }),
    newFailures: await newFailures(db, { ...filter, from: addDays(filter.to, -6) }),
    reporters: await reporterCalendar(db, filter, filter.to),
    families: await addressFamilies(db, filter),
  })
}

function list(filter: ReportFilter): Ask {
  return db => listReports(db, filter)
}
