import { countFindings, describeCounts, type Finding, toldFindings, worstSeverity } from '../check/index.ts'
import { escapeForLine } from '../log/index.ts'
import { formatFinding } from './finding-text.ts'
import { diffLines } from './line-diff.ts'
import type { Paint } from './look-up-text.ts'

/** What is told of one input to a person. */
export interface Linted {
  /** The file, or the record with its text. */
  readonly title: string
  readonly isValid: boolean
  /** What it says, where it is valid: `mode enforce, …`. */
  readonly summary: string
  readonly findings: readonly Finding[]
  /** The text as it was, and mended; both of lines. */
  readonly correction?: { readonly before: string; readonly after: string }
}

/** Findings that are printed; a hostile file has hundreds. */
const MAX_PRINTED = 20
/** Longer corrections are left to --json. */
const MAX_DIFF_LINES = 60

/** Writes what was found in one input, 80 columns wide, the worst first; one line where all is fine. */
export function formatLinted(linted: Linted, paint: Paint): string[] {
  const { findings, isValid, summary } = linted
  const title = paint('bold', escapeForLine(linted.title))
  const verdict = isValid ? paint('green', 'valid') : paint('red', 'not valid')
  if (findings.length === 0) return [`${title}: ${verdict}, ${escapeForLine(summary)}`]
  const counts = describeCounts(countFindings(findings))
  const told = toldFindings(findings)
  return [
    `${title}: ${verdict}, ${worstSeverity(findings) === 'error' ? paint('red', counts) : counts}`,
    '',
    ...told
      .slice(0, MAX_PRINTED)
      .flatMap((found, index) => [
        ...placeLine(linted.title, found),
        ...formatFinding(briefly(found, told.slice(0, index), linted.correction !== undefined), paint),
        '',
      ]),
    ...(told.length > MAX_PRINTED ? [`and ${told.length - MAX_PRINTED} more; --json has them all`, ''] : []),
    ...correctionLines(linted, paint),
  ].slice(0, -1)
}

/** `file:line:column`, as compilers write it, so that editors find the place. */
function placeLine(title: string, { subject }: Finding): string[] {
  if (subject.kind === 'file' && subject.line !== undefined) {
    return [escapeForLine(`${subject.file}:${subject.line}:${subject.column ?? 1}`)]
  }
  if (subject.kind === 'record' && subject.column !== undefined)
    return [escapeForLine(`${title.split(':')[0]}, column ${subject.column}`)]
  return []
}

/** Without the corrected text, which stands once at the end, and without a remedy that was told before. */
function briefly(found: Finding, before: readonly Finding[], isCorrected: boolean): Finding {
  const { remedy, ...rest } = found
  const isMended = isCorrected && found.severity !== 'advice'
  if (remedy === undefined || isMended || before.some(({ code }) => code === found.code)) return rest
  return { ...rest, remedy: { ...remedy, replacements: [] } }
}

function correctionLines({ correction }: Linted, paint: Paint): string[] {
  if (correction === undefined) return []
  const lines = diffLines(correction.before, correction.after)
  if (lines.every(({ mark }) => mark === ' '))
    return ['Corrected: the same lines, as plain text with the line ends CR LF.', '']
  if (lines.length > MAX_DIFF_LINES) return ['The corrected text is long; --json has it.', '']
  return [
    paint('bold', 'Corrected:'),
    ...lines.map(({ mark, text }) => {
      const line = `  ${mark} ${escapeForLine(text)}`
      return mark === '+' ? paint('green', line) : mark === '-' ? paint('red', line) : line
    }),
    '',
  ]
}
