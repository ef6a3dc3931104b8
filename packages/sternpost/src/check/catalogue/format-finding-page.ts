import type { FindingPage } from './finding-page.ts'
import { findingPages } from './finding-pages.ts'

const severityWords = {
  error: 'error: mail is or will be refused or unprotected, or everybody ignores the set-up',
  warning: 'warning: breaks for some senders, or soon',
  unknown: 'unknown: it could not be measured, which says nothing about the domain',
  advice: 'advice: works, and could be better',
  ok: 'ok',
} as const

/** Writes `docs/findings/<area>/<name>.md`, one for each code, and the list of them; keys are paths below `docs/findings`. */
export function formatFindingPages(clauses: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const codes = Object.entries(findingPages).sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map([
    ['README.md', formatList(codes, clauses)],
    ...codes.map(([code, page]) => [`${code}.md`, formatPage(code, page, clauses[code] ?? '')] as const),
  ])
}

function formatPage(code: string, page: FindingPage, clause: string): string {
  const note = page.severityNote === undefined ? '' : ` (${page.severityNote})`
  return [
    `# ${page.title}`,
    '',
    `\`${code}\` · ${clause === 'local' ? 'no clause, it is about this machine' : clause}`,
    '',
    `Usually ${severityWords[page.severity]}${note}.`,
    '',
    '## What it means',
    '',
    page.meaning,
    '',
    '## What to do',
    '',
    page.remedy,
    '',
    ...(page.example === undefined ? [] : ['```', page.example, '```', '']),
    '[All findings](../README.md)',
    '',
  ].join('\n')
}

function formatList(
  codes: readonly (readonly [string, FindingPage])[],
  clauses: Readonly<Record<string, string>>,
): string {
  const areas = [...new Set(codes.map(([code]) => areaOf(code)))]
  return [
    '# Findings',
    '',
    'Everything that `sternpost check` and `sternpost lint` can say. Made from the code by `tools/generate-docs.ts`.',
    'A code is stable: it stands in `--json` and is the name of its page here.',
    '',
    ...areas.flatMap(area => [
      `## ${area}`,
      '',
      '| Code | What | Usually | Clause |',
      '| --- | --- | --- | --- |',
      ...codes
        .filter(([code]) => areaOf(code) === area)
        .map(
          ([code, { title, severity }]) =>
            `| [\`${code}\`](${code}.md) | ${title} | ${severity} | ${clauses[code] ?? ''} |`,
        ),
      '',
    ]),
  ].join('\n')
}

function areaOf(code: string): string {
  return code.slice(0, code.indexOf('/'))
}
