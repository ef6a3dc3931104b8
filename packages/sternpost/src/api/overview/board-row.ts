import type { RolloutStage } from '../../publish/index.ts'

/** Something of a domain that somebody must look at. */
export interface BoardProblem {
  readonly kind: 'rollout' | 'certificate' | 'failures' | 'reporter-silent'
  readonly severity: 'error' | 'warning'
  readonly domain: string | undefined
  readonly message: string
  /** Milliseconds since 1970. */
  readonly since: number | undefined
}

export type PolicyMode = 'none' | 'testing' | 'enforce'

/** One domain on the board. */
export interface BoardRow {
  readonly domain: string
  readonly isPublished: boolean
  /** Of the policy that is served. */
  readonly mode: PolicyMode | undefined
  /** Milliseconds since 1970. */
  readonly modeSince: number | undefined
  readonly stage: RolloutStage | undefined
  readonly autoAdvances: boolean | undefined
  /** Whether its owner wants TLS reports to be asked for. */
  readonly asksForReports: boolean
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
  /** `2026-03-01 12 3,2026-03-02 …`: day, successes and failures; as text, as few rows of many are ever shown. */
  readonly packedDays: string
  readonly lastReportDay: string | undefined
  /** What the roll-out and the certificate say; failures are judged from the counts. */
  readonly knownProblems: readonly BoardProblem[]
}

/** From this share on failures are a problem, and an error. */
const WARNING_SHARE = 0.01
const ERROR_SHARE = 0.1

/** Failed sessions of all; undefined without sessions. */
export function failedShareOf(row: Pick<BoardRow, 'successfulSessionCount' | 'failedSessionCount'>) {
  const sessions = row.successfulSessionCount + row.failedSessionCount
  return sessions === 0 ? undefined : row.failedSessionCount / sessions
}

export function problemCountOf(row: BoardRow): number {
  return row.knownProblems.length + ((failedShareOf(row) ?? 0) >= WARNING_SHARE ? 1 : 0)
}

/** All problems of a domain, errors first. */
export function problemsOf(row: BoardRow): BoardProblem[] {
  const share = failedShareOf(row) ?? 0
  const problems = [...row.knownProblems]
  if (share >= WARNING_SHARE) {
    const { failedSessionCount: failed } = row
    problems.push({
      kind: 'failures',
      severity: share >= ERROR_SHARE ? 'error' : 'warning',
      domain: row.domain,
      message: `${failed.toLocaleString('en-US')} ${failed === 1 ? 'connection' : 'connections'} failed in the last 14 days, ${(share * 100).toFixed(1)} % of all`,
      since: undefined,
    })
  }
  return problems.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
}

/** What to do next for a domain, one short sentence; `autoAdvance` is what holds where the domain says nothing. */
export function nextStepOf(row: BoardRow, autoAdvance: boolean): string {
  const [problem] = problemsOf(row)
  switch (problem?.kind) {
    case 'rollout':
      return 'See why its roll-out stopped.'
    case 'certificate':
      return 'See to the certificate of its policy host.'
    case 'failures':
      return 'See what fails and how to repair it.'
    default:
      return row.isPublished
        ? stageStep(row, autoAdvance)
        : 'Publish its policy here, or go on reading its reports.'
  }
}

function stageStep(row: BoardRow, autoAdvance: boolean): string {
  switch (row.stage) {
    case undefined:
    case 'planned':
      return 'See what its publication waits for.'
    case 'published':
    case 'gathering':
      if (row.lastReportDay !== undefined) return 'See what is still missing for mode enforce.'
      return row.asksForReports
        ? 'Wait for reports: senders send them once a day.'
        : 'Ask for TLS reports: without any it cannot be enforced safely.'
    case 'ready':
      return (row.autoAdvances ?? autoAdvance)
        ? 'Nothing: every criterion is met, and it is enforced by itself.'
        : 'Advance it to mode enforce: every criterion is met.'
    case 'enforced':
      return 'Nothing: it is enforced and looked after.'
    case 'held':
      return 'Advance it or roll it back: it is held.'
    case 'rolling-back':
      return 'Wait: a weaker policy is being published.'
    case 'none':
    case 'removed':
      return 'Nothing: its policy is withdrawn.'
  }
}

export interface BoardDay {
  readonly day: string
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
}

/** The days of a row, one for each of `days`. */
export function unpackDays({ packedDays }: BoardRow, days: readonly string[]): BoardDay[] {
  const known = new Map(
    packedDays === ''
      ? []
      : packedDays.split(',').map(text => {
          const [day = '', successes, failures] = text.split(' ')
          return [day, [Number(successes), Number(failures)] as const] as const
        }),
  )
  return days.map(day => {
    const [successfulSessionCount, failedSessionCount] = known.get(day) ?? [0, 0]
    return { day, successfulSessionCount, failedSessionCount }
  })
}
