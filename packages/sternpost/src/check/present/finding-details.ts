import type { Finding } from '../finding.ts'
import { cutText, MAX_EVIDENCE, printedCharacters } from './cut-text.ts'
import { findingPagePath } from './finding-page-path.ts'

/** A finding as plain lines, for forms that have one place for all of it; foreign text is cut and unescaped. */
export function findingDetails({ code, message, evidence, remedy, clause }: Finding): string {
  const left = evidence.length - MAX_EVIDENCE
  return [
    cutText(message, printedCharacters.sentence),
    ...evidence.slice(0, MAX_EVIDENCE).map(({ seen, source }) => {
      const by = source === undefined ? '' : ` (${source})`
      return `seen: ${cutText(seen, printedCharacters.evidence)}${by}`
    }),
    ...(left > 0 ? [`seen: and ${left} more`] : []),
    ...(remedy === undefined ? [] : [`change: ${cutText(remedy.text, printedCharacters.sentence)}`]),
    ...(remedy?.replacements ?? []).map(({ text }) => cutText(text, printedCharacters.replacement)),
    `${clause}; ${findingPagePath(code)}`,
  ].join('\n')
}
