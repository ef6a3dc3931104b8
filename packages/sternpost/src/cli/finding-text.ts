import {
  cutText,
  type Evidence,
  type Finding,
  findingPagePath,
  MAX_EVIDENCE,
  printedCharacters,
  type Replacement,
  type Severity,
  severityWord,
} from '../check/index.ts'
import { escapeForLine } from '../log/index.ts'
import type { Paint } from './look-up-text.ts'
import { wrapText } from './text-layout.ts'

/** The longest severity word and a space behind it. */
const INDENT = ' '.repeat(8)

const color: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'red',
  warning: 'yellow',
  unknown: 'dim',
  advice: 'bold',
  ok: 'green',
}

/** Writes a finding for people: what is wrong, what was seen, what to change, and where it is written. */
export function formatFinding(finding: Finding, paint: Paint): string[] {
  const word = severityWord[finding.severity]
  const [first = '', ...others] = wrapText(cutText(finding.message, printedCharacters.sentence), INDENT)
  return [
    `${paint(color[finding.severity], word)}${first.slice(word.length)}`,
    ...others,
    ...evidenceLines(finding.evidence),
    ...remedyLines(finding),
    ...wrapText(`${finding.code}, ${finding.clause}: ${findingPagePath(finding.code)}`, INDENT).map(line =>
      paint('dim', line),
    ),
  ]
}

function evidenceLines(evidence: readonly Evidence[]): string[] {
  const shown = evidence.slice(0, MAX_EVIDENCE).flatMap(({ seen, source }) => {
    const by = source === undefined ? '' : ` (${source})`
    return hanging('seen: ', `${cutText(seen, printedCharacters.evidence)}${by}`)
  })
  const more = evidence.length - MAX_EVIDENCE
  return more > 0 ? [...shown, `${INDENT}and ${more} more; --json has them all`] : shown
}

function remedyLines({ remedy }: Finding): string[] {
  if (remedy === undefined) return []
  return [
    ...hanging('change: ', cutText(remedy.text, printedCharacters.sentence)),
    ...remedy.replacements.flatMap((replacement, _index, { length }) => [
      ...(length > 1 || replacement.kind === 'file' ? hanging('', caption(replacement)) : []),
      ...readyLines(replacement.text),
    ]),
  ]
}

function caption(replacement: Replacement): string {
  switch (replacement.kind) {
    case 'dns-record':
      return `DNS, ${replacement.type} at ${replacement.name}:`
    case 'file':
      return `${replacement.name}:`
    case 'command':
      return 'command or setting:'
  }
}

/** Ready text is never wrapped: it is there to be copied. */
function readyLines(text: string): string[] {
  return cutText(text, printedCharacters.replacement)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(line => `${INDENT}    ${escapeForLine(line)}`)
}

function hanging(label: string, text: string): string[] {
  const indent = `${INDENT}${' '.repeat(label.length)}`
  const [first = '', ...others] = wrapText(text, indent)
  return [`${INDENT}${label}${first.slice(indent.length)}`, ...others]
}
