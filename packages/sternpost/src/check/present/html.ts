import { createHash } from 'node:crypto'
import type { Evidence, Finding, Replacement } from '../finding.ts'
import { cutText, MAX_EVIDENCE, printedCharacters } from './cut-text.ts'
import { deliveryLegend, deliveryTable, deliveryWord, senderTitle } from './delivery-table.ts'
import { describeSubject } from './describe-subject.ts'
import { escapeHtml } from './escape-markup.ts'
import { findingPageOf } from './finding-page-of.ts'
import { fineAreas } from './fine-areas.ts'
import { htmlStyle } from './html-style.ts'
import { measuredLine } from './measured-line.ts'
import type { PresentedCheck } from './presented-check.ts'
import { describeCounts, severityWord, toldFindings } from './severity-words.ts'

/**
 * Writes results as one HTML file to send to somebody: no script, nothing loaded, readable on a telephone and on paper.
 *
 * Shape: `version` is that of this program; the content security policy in the file allows nothing but its own style sheet, by its hash.
 */
export function formatHtml(results: readonly PresentedCheck[], version: string): string {
  const [only] = results
  const title =
    results.length === 1 && only !== undefined ? `Check of ${only.domain}` : 'Check of mail domains'
  const hash = createHash('sha256').update(htmlStyle).digest('base64')
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${htmlStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...(results.length === 1 ? [] : contents(results)),
    ...results.flatMap((result, index) => section(result, index)),
    '</main>',
    `<footer>Made by Sternpost ${escapeHtml(version)}.</footer>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function contents(results: readonly PresentedCheck[]): string[] {
  return [
    '<nav aria-label="Domains">',
    '<h1>Check of mail domains</h1>',
    '<ul>',
    ...results.map(
      ({ domain, summary, worst }, index) =>
        `<li><a href="#domain-${index + 1}">${foreign(domain)}</a> <span class="count ${worst}">${describeCounts(summary)}</span></li>`,
    ),
    '</ul>',
    '</nav>',
  ]
}

function section(result: PresentedCheck, index: number): string[] {
  const fine = fineAreas(result.findings)
  return [
    `<section id="domain-${index + 1}">`,
    '<header>',
    `<h2>${foreign(result.domain)}</h2>`,
    `<p class="count ${result.worst}">${describeCounts(result.summary)}</p>`,
    '</header>',
    ...toldFindings(result.findings).flatMap(article),
    ...deliveries(result),
    ...(fine.length === 0 ? [] : [`<p class="fine"><b>Fine:</b> ${escapeHtml(fine.join(', '))}.</p>`]),
    `<p class="measured">${escapeHtml(measuredLine(result))}</p>`,
    '</section>',
  ]
}

function article(finding: Finding): string[] {
  const { severity, code, clause, message, remedy } = finding
  const page = findingPageOf(code)
  return [
    `<article class="${severity}">`,
    `<h3><span class="severity">${severityWord[severity]}</span> ${foreign(cutText(message, printedCharacters.sentence))}</h3>`,
    ...evidenceList(finding.evidence),
    ...(remedy === undefined
      ? []
      : [
          `<p><b>What to change:</b> ${foreign(cutText(remedy.text, printedCharacters.sentence))}</p>`,
          ...remedy.replacements.map(replacementBlock),
        ]),
    ...(page === undefined
      ? []
      : [
          `<details><summary>What this means</summary><p>${escapeHtml(page.meaning)}</p><p>${escapeHtml(page.remedy)}</p></details>`,
        ]),
    `<p class="source">${foreign(cutText(describeSubject(finding.subject), printedCharacters.evidence))} · ${escapeHtml(clause)} · <code>${escapeHtml(code)}</code></p>`,
    '</article>',
  ]
}

function evidenceList(evidence: readonly Evidence[]): string[] {
  if (evidence.length === 0) return []
  const left = evidence.length - MAX_EVIDENCE
  return [
    '<ul class="evidence">',
    ...evidence.slice(0, MAX_EVIDENCE).map(({ seen, source }) => {
      const by = source === undefined ? '' : ` <span class="source">${foreign(source)}</span>`
      return `<li><code>${escapeHtml(cutText(seen, printedCharacters.evidence))}</code>${by}</li>`
    }),
    ...(left > 0 ? [`<li>and ${left} more</li>`] : []),
    '</ul>',
  ]
}

function replacementBlock(replacement: Replacement): string {
  const caption =
    replacement.kind === 'command' ? '' : `<figcaption>${foreign(replacement.name)}</figcaption>`
  const text = cutText(replacement.text, printedCharacters.replacement)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(escapeHtml)
    .join('\n')
  return `<figure>${caption}<pre tabindex="0">${text}</pre></figure>`
}

function deliveries(result: PresentedCheck): string[] {
  const table = deliveryTable(result)
  if (table === undefined) return []
  const cell = (delivery: keyof typeof deliveryWord) =>
    `<td class="${delivery}">${deliveryWord[delivery]}</td>`
  return [
    '<h3>Would it arrive?</h3>',
    '<div class="table"><table>',
    `<thead><tr><th scope="col">MX host</th>${table.senders.map(sender => `<th scope="col">${senderTitle[sender]}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...table.rows.map(
      ({ mxHost, cells }) => `<tr><th scope="row">${foreign(mxHost)}</th>${cells.map(cell).join('')}</tr>`,
    ),
    '</tbody>',
    `<tfoot><tr><th scope="row">in the end</th>${table.inTheEnd.map(cell).join('')}</tr></tfoot>`,
    '</table></div>',
    ...(table.reasons.length === 0
      ? []
      : [
          '<ul>',
          ...table.reasons.map(
            ({ senders, reason }) =>
              `<li>${senders.map(sender => senderTitle[sender]).join(', ')}: ${foreign(cutText(reason, printedCharacters.sentence))}</li>`,
          ),
          '</ul>',
        ]),
    `<p class="source">${escapeHtml(deliveryLegend)}</p>`,
  ]
}

/** Text from outside, kept from turning around what stands beside it. */
function foreign(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`
}
