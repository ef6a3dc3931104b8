import type { ReportsResult } from './measure-reports.ts'

/** What the figures are to reach. */
export const reportGoals = {
  gzipOfFloor: 0.6,
  mailsPerSecond: 6_000,
  storedPerSecond: 5_000,
  summaryP95Ms: 100,
  /** Only a database of this size tells whether that is reached. */
  questionedReports: 2_000_000,
  importPeakMegabytes: 250,
  /** Likewise. */
  files: 1_000_000,
} as const

/**
 * Rates of other programs on another machine (2 cores, Python 3.11, parsers alone), for an idea of the order only: no
 * ratio to ours means anything. None of them can be installed by npm, so none runs here.
 */
const elsewhere = [
  ['parsedmarc 10.4.3, gz reports', 22_500],
  ['dmarq, gz reports', 12_500],
  ['mailcow-logs-viewer, gz reports', 9_900],
  ['parsedmarc 10.4.3, whole mails', 600],
] as const

const LABEL_WIDTH = 46
const COLUMN_WIDTH = 14

/** The table for the terminal: figure, its ratio to the floor, the goal beside it. */
export function formatReportsResult({ parse, stored, fileImport, questions }: ReportsResult): string {
  const isWhole = questions.reports >= reportGoals.questionedReports
  const ofFloor = (perCpuSecond: number) => `${percent(perCpuSecond / parse.floor.perCpuSecond)}`
  const bytes = `${round(parse.jsonBytes)} bytes of JSON, ${round(parse.gzipBytes)} gz, ${round(parse.mailBytes)} as mail`
  return [
    `Reports that came in, ${round(parse.reports)} made up (${bytes} on average)`,
    line('', ['per CPU second', 'per second', 'of the floor'], 'goal'),
    line('floor: gunzip and JSON.parse, gz', rates(parse.floor, percent(1)), ''),
    line('the same as Node does it by itself', rates(parse.plain, ofFloor(parse.plain.perCpuSecond)), ''),
    line(
      'read: gz',
      rates(parse.gzip, percent(parse.gzipOfFloor)),
      verdict(
        `${percent(reportGoals.gzipOfFloor)} of the floor`,
        parse.gzipOfFloor >= reportGoals.gzipOfFloor,
      ),
    ),
    line(
      'read: whole mails, gz in base64',
      rates(parse.mail, percent(parse.mailOfFloor)),
      verdict(
        `${round(reportGoals.mailsPerSecond)}/s`,
        parse.mail.perCpuSecond >= reportGoals.mailsPerSecond,
      ),
    ),
    line(
      `store with daily sums, ${round(stored.reports)} gz`,
      rates(stored, ofFloor(stored.perCpuSecond)),
      verdict(`${round(reportGoals.storedPerSecond)}/s`, stored.perSecond >= reportGoals.storedPerSecond),
    ),
    line(
      `report import, ${round(fileImport.files)} files`,
      rates(fileImport, ofFloor(fileImport.perCpuSecond)),
      '',
    ),
    '',
    'Memory at its peak (RSS), MB',
    line(
      `report import, ${round(fileImport.files)} files`,
      ['', round(fileImport.peakMegabytes), ''],
      verdict(
        `${reportGoals.importPeakMegabytes} with ${round(reportGoals.files)} files`,
        fileImport.files >= reportGoals.files
          ? fileImport.peakMegabytes <= reportGoals.importPeakMegabytes
          : undefined,
      ),
    ),
    line('store, the documents in memory too', ['', round(stored.peakMegabytes), ''], ''),
    '',
    `Questions, ${round(questions.reports)} reports, ${questions.days} days, ${round(questions.domains)} domains${isWhole ? '' : `; the goal is about ${round(reportGoals.questionedReports)}`}`,
    line('', ['p50 ms', 'p95 ms', 'worst ms'], 'goal'),
    ...questions.questions.map(({ question, isSummary, p50Ms, p95Ms, worstMs }) =>
      line(
        question,
        [p50Ms, p95Ms, worstMs].map(value => value.toFixed(1)),
        isSummary
          ? verdict(
              `p95 ${reportGoals.summaryP95Ms}`,
              isWhole ? p95Ms <= reportGoals.summaryP95Ms : undefined,
            )
          : '',
      ),
    ),
    '',
    'Elsewhere, on another machine, for the order only: reports/s',
    ...elsewhere.map(([what, rate]) => line(what, ['', round(rate), ''], '')),
  ].join('\n')
}

function rates(
  rate: { readonly perSecond: number; readonly perCpuSecond: number },
  share: string,
): readonly string[] {
  return [round(rate.perCpuSecond), round(rate.perSecond), share]
}

function line(label: string, cells: readonly string[], goal: string): string {
  const columns = cells.map(cell => cell.padStart(COLUMN_WIDTH + 2)).join('')
  return `  ${label.padEnd(LABEL_WIDTH - 2)}${columns}   ${goal}`.trimEnd()
}

/** Undefined where too little was measured to tell. */
function verdict(goal: string, isMet: boolean | undefined): string {
  return isMet === undefined ? goal : `${goal}: ${isMet ? 'met' : 'missed'}`
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en')
}
