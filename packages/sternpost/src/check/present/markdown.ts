import type { Finding } from '../finding.ts'
import { cutText, MAX_EVIDENCE, printedCharacters } from './cut-text.ts'
import { deliveryLegend, deliveryTable, deliveryWord, senderTitle } from './delivery-table.ts'
import { escapeMarkdown, markdownBlock, markdownCode } from './escape-markdown.ts'
import { findingPagePath } from './finding-page-path.ts'
import { fineAreas } from './fine-areas.ts'
import { measuredLine } from './measured-line.ts'
import type { PresentedCheck } from './presented-check.ts'
import { describeCounts, severityWord, toldFindings } from './severity-words.ts'

/** Writes results as GitHub's Markdown, for an issue or a pull request: a section for each domain. */
export function formatMarkdown(results: readonly PresentedCheck[]): string {
  return `${results.map(result => section(result).join('\n')).join('\n\n')}\n`
}

function section(result: PresentedCheck): string[] {
  const fine = fineAreas(result.findings)
  return [
    `## Check of ${escapeMarkdown(result.domain)}: ${describeCounts(result.summary)}`,
    '',
    ...toldFindings(result.findings).flatMap(findingLines),
    ...deliveryLines(result),
    ...(fine.length === 0 ? [] : [`Fine: ${escapeMarkdown(fine.join(', '))}.`, '']),
    escapeMarkdown(measuredLine(result)),
  ]
}

function findingLines({ severity, message, evidence, remedy, code, clause }: Finding): string[] {
  const left = evidence.length - MAX_EVIDENCE
  return [
    `- **${severityWord[severity]}** ${escapeMarkdown(cutText(message, printedCharacters.sentence))}`,
    ...evidence.slice(0, MAX_EVIDENCE).map(({ seen, source }) => {
      const by = source === undefined ? '' : ` (${escapeMarkdown(source)})`
      return `  - seen: ${markdownCode(cutText(seen, printedCharacters.evidence))}${by}`
    }),
    ...(left > 0 ? [`  - seen: and ${left} more`] : []),
    ...(remedy === undefined
      ? []
      : [`  - change: ${escapeMarkdown(cutText(remedy.text, printedCharacters.sentence))}`]),
    ...(remedy?.replacements ?? []).flatMap(({ text }) => [
      '',
      ...markdownBlock(cutText(text, printedCharacters.replacement), '    '),
      '',
    ]),
    `  - ${markdownCode(code)}, ${escapeMarkdown(clause)}: ${markdownCode(findingPagePath(code))}`,
    '',
  ]
}

function deliveryLines(result: PresentedCheck): string[] {
  const table = deliveryTable(result)
  if (table === undefined) return []
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    '### Would it arrive?',
    '',
    row(['MX host', ...table.senders.map(sender => senderTitle[sender])]),
    row(['---', ...table.senders.map(() => '---')]),
    ...table.rows.map(({ mxHost, cells }) =>
      row([escapeMarkdown(mxHost), ...cells.map(cell => deliveryWord[cell])]),
    ),
    row(['**in the end**', ...table.inTheEnd.map(cell => `**${deliveryWord[cell]}**`)]),
    '',
    ...table.reasons.map(
      ({ senders, reason }) =>
        `- ${senders.map(sender => senderTitle[sender]).join(', ')}: ${escapeMarkdown(cutText(reason, printedCharacters.sentence))}`,
    ),
    ...(table.reasons.length === 0 ? [] : ['']),
    deliveryLegend,
    '',
  ]
}
