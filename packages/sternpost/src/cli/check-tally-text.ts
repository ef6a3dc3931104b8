import { type BatchTally, severityWord } from '../check/index.ts'
import { formatSeconds } from './progress-line.ts'
import { formatCount, formatTable, plural } from './text-layout.ts'

/** Kinds of finding that are listed; the rest is counted. */
const MAX_CODES = 20

/** Writes what a run over many domains found: domains by their worst finding, and the findings by frequency. */
export function formatTally(
  tally: BatchTally,
  run: { readonly seconds: number; readonly before: number },
): string {
  const checked = tally.domains + tally.problems - run.before
  const rate = (checked / Math.max(0.001, run.seconds)).toFixed(1)
  const before = run.before === 0 ? '' : `, ${formatCount(run.before)} before`
  const codes = tally.codes()
  const lines = [
    `${plural(checked, 'entry', 'entries')} in ${formatSeconds(run.seconds)}, ${rate}/s${before}`,
    '',
    ...formatTable(
      [
        { title: 'Domains', align: 'right' },
        { title: 'Worst finding', align: 'left' },
      ],
      [
        ...tally
          .domainsByWorst()
          .filter(({ domains }) => domains > 0)
          .map(({ severity, domains }) => [formatCount(domains), severityWord[severity]]),
        ...(tally.problems === 0 ? [] : [[formatCount(tally.problems), 'no domain (see "problem")']]),
      ],
    ),
    ...(codes.length === 0 ? [] : ['', ...codeLines(codes)]),
  ]
  return `${lines.join('\n')}\n`
}

function codeLines(codes: ReturnType<BatchTally['codes']>): string[] {
  const left = codes.length - MAX_CODES
  return [
    ...formatTable(
      [
        { title: 'Domains', align: 'right' },
        { title: 'Severity', align: 'left' },
        { title: 'Finding', align: 'left', flexible: true },
      ],
      codes
        .slice(0, MAX_CODES)
        .map(({ code, severity, domains }) => [formatCount(domains), severityWord[severity], code]),
    ),
    ...(left > 0 ? [`and ${plural(left, 'kind')} more`] : []),
  ]
}
