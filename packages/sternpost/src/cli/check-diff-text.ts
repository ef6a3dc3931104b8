import { describeSubject, type FactChange, type Finding, type ResultComparison } from '../check/index.ts'
import { escapeForLine } from '../log/index.ts'
import { formatFinding } from './finding-text.ts'
import type { Paint } from './look-up-text.ts'
import { wrapText } from './text-layout.ts'

/** Writes for people what is otherwise in a later check: what came, what is worse or better, what went. */
export function formatComparison(comparison: ResultComparison, paint: Paint): string {
  const { domain, before, after, appeared, changed, gone, facts } = comparison
  const isSame = appeared.length + changed.length + gone.length + facts.length === 0
  return [
    `${paint('bold', escapeForLine(domain))}: ${isSame ? 'nothing changed' : 'changed'} between ${minute(before)} and ${minute(after)}`,
    '',
    ...section(
      'New',
      appeared.flatMap(finding => [...formatFinding(finding, paint), '']),
      paint,
    ),
    ...section(
      'Otherwise',
      changed.flatMap(({ before, after }) => [`was: ${before.severity}`, ...formatFinding(after, paint), '']),
      paint,
    ),
    ...section('Gone', gone.flatMap(goneLines), paint),
    ...section('What was seen', facts.flatMap(factLines), paint),
  ].join('\n')
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  if (lines.length === 0) return []
  return [paint('bold', title), '', ...lines, ...(lines.at(-1) === '' ? [] : [''])]
}

function goneLines({ severity, code, message }: Finding): string[] {
  return wrapText(`${severity} ${code}: ${message}`, '  ')
}

function factLines({ subject, what, before, after }: FactChange): string[] {
  return [
    ...wrapText(`${what} of ${describeSubject(subject)}`, '  '),
    ...wrapText(`- ${before ?? '(nothing)'}`, '    '),
    ...wrapText(`+ ${after ?? '(nothing)'}`, '    '),
  ]
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
