import type { CheckResult } from '../check-result.ts'
import type { FindingSubject } from '../finding.ts'

/**
 * Findings in a form to be read and compared: one file for all domains, what changes from run to run left out.
 *
 * Shape: for each domain what it is about, its findings with severity, code, subject and message, the codes of what is
 * good in one line, and what each sender would experience.
 */
export function formatGolden(results: readonly (CheckResult & { readonly about: string })[]): string {
  return `${results.map(formatResult).join('\n')}`
}

/** True of nearly every domain of the laboratory, and said in the same words. */
const everywhere: readonly string[] = ['dnssec/unsigned', 'mx/ipv6-missing']

function formatResult({
  domain,
  about,
  findings,
  simulation,
}: CheckResult & { readonly about: string }): string {
  const told = findings
    .filter(({ severity }) => severity !== 'ok')
    .flatMap(({ severity, code, subject, message }) => [
      `${severity.padEnd(8)} ${code} [${showSubject(subject)}]`,
      ...(everywhere.includes(code) ? [] : [`         ${steady(message)}`]),
    ])
  const fine = findings.filter(({ severity }) => severity === 'ok').map(({ code }) => code)
  const arrivals = Map.groupBy(simulation, ({ delivery, reason }) => `${delivery} (${steady(reason)})`)
  return [
    `## ${domain}: ${about}`,
    ...told,
    ...(fine.length === 0 ? [] : [`ok       ${fine.sort().join(' ')}`]),
    ...[...arrivals].map(
      ([outcome, senders]) => `arrives  ${senders.map(({ sender }) => sender).join(', ')}: ${outcome}`,
    ),
    '',
  ].join('\n')
}

function showSubject(subject: FindingSubject): string {
  const { kind, ...parts } = subject
  return steady([kind, ...Object.values(parts)].join(' '))
}

/** Addresses, dates and lengths of time that are others in every run. */
function steady(text: string): string {
  return text
    .replace(/(::ffff:)?127\.\d+\.\d+\.\d+(:\d+)?/g, 'ADDRESS')
    .replace(/\d{4}-\d{2}-\d{2}(T[0-9:.]+Z)?/g, 'DATE')
    .replace(/\b\d+ (days|hours|ms)\b/g, 'SOME $1')
}
