import {
  cutText,
  deliveryTable,
  deliveryWord,
  describeCounts,
  fineAreas,
  measuredLine,
  type PresentedCheck,
  printedCharacters,
  type Severity,
  senderTitle,
  toldFindings,
} from '../check/index.ts'
import { escapeForLine } from '../log/index.ts'
import { formatFinding } from './finding-text.ts'
import type { Paint } from './look-up-text.ts'
import { formatTable, wrapText } from './text-layout.ts'

const verdictColor: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'red',
  warning: 'yellow',
  unknown: 'yellow',
  advice: 'green',
  ok: 'green',
}

/** Writes a check for people, 80 columns wide: what is wrong first, then what senders meet, what is fine in one line. */
export function formatCheck(result: PresentedCheck, paint: Paint): string {
  const given = result.input === result.domain ? '' : ` (from ${cutText(result.input, 100)})`
  const fine = fineAreas(result.findings)
  return [
    `${paint('bold', escapeForLine(`${result.domain}${given}`))}: ${paint(verdictColor[result.worst], describeCounts(result.summary))}`,
    '',
    ...toldFindings(result.findings).flatMap(finding => [...formatFinding(finding, paint), '']),
    ...deliveryLines(result, paint),
    ...(fine.length === 0
      ? []
      : [...wrapText(`fine: ${fine.join(', ')}`).map(line => paint('green', line)), '']),
    ...wrapText(measuredLine(result)).map(line => paint('dim', line)),
    '',
  ].join('\n')
}

function deliveryLines(result: PresentedCheck, paint: Paint): string[] {
  const table = deliveryTable(result)
  if (table === undefined) return []
  const lines = formatTable(
    [
      { title: 'MX host', align: 'left', flexible: true },
      ...table.senders.map(sender => ({ title: senderTitle[sender], align: 'left' as const })),
    ],
    [
      ...table.rows.map(({ mxHost, cells }) => [mxHost, ...cells.map(cell => deliveryWord[cell])]),
      ['in the end', ...table.inTheEnd.map(cell => deliveryWord[cell])],
    ],
    78,
  )
  return [
    paint('bold', 'Would it arrive?'),
    ...lines.map(line => `  ${line}`),
    ...table.reasons.flatMap(({ senders, reason }) =>
      wrapText(
        `${senders.map(sender => senderTitle[sender]).join(', ')}: ${cutText(reason, printedCharacters.sentence)}`,
        '  ',
      ),
    ),
    '',
  ]
}
