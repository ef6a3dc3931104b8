import type { CheckBenchResult, CheckCost } from './measure-check.ts'

/** What the figures are to reach. */
export const checkGoals = { ofFloor: 1.3, peakMegabytes: 200, listed: 100_000 } as const

const LABEL_WIDTH = 46

/** The table for the terminal. */
export function formatCheckResult({
  perDomain,
  floor,
  check,
  ofFloor,
  list,
  checkdmarc,
}: CheckBenchResult): string {
  const { dnsQuestions, handshakes, clearSessions, fetches } = perDomain
  const isLong = list.domains >= checkGoals.listed
  return [
    `Checks of lists; one domain is ${dnsQuestions} DNS questions, ${handshakes + clearSessions} SMTP sessions, ${handshakes} of them with a handshake, ${fetches} fetches`,
    line('', ['domains/s', 'CPU ms/domain', 'peak MB'], ''),
    line(`floor: only that, ${count(floor.domains)} domains`, cells(floor), ''),
    line(
      `check --from-file, ${count(check.domains)} domains`,
      cells(check),
      `${ofFloor.toFixed(2)} of the floor; goal ${checkGoals.ofFloor}: ${ofFloor <= checkGoals.ofFloor ? 'met' : 'missed'}`,
    ),
    line(
      `check --from-file, ${count(list.domains)} without mail`,
      cells(list),
      `goal ${checkGoals.peakMegabytes} MB with ${count(checkGoals.listed)}${isLong ? `: ${list.peakMegabytes <= checkGoals.peakMegabytes ? 'met' : 'missed'}` : ''}`,
    ),
    typeof checkdmarc === 'string'
      ? `  checkdmarc: left out, ${checkdmarc}`
      : line(
          `checkdmarc, ${count(checkdmarc.domains)} domains`,
          cells(checkdmarc),
          `check: [×${(check.perSecond / checkdmarc.perSecond).toFixed(2)}] the rate, [×${(check.cpuMsPerDomain / checkdmarc.cpuMsPerDomain).toFixed(2)}] the CPU`,
        ),
  ].join('\n')
}

function cells({ perSecond, cpuMsPerDomain, peakMegabytes }: CheckCost): string[] {
  return [perSecond.toFixed(1), cpuMsPerDomain.toFixed(2), peakMegabytes.toFixed(0)]
}

function line(label: string, cells: readonly string[], goal: string): string {
  return `  ${label.padEnd(LABEL_WIDTH - 2)}${cells.map(cell => cell.padStart(14)).join('')}   ${goal}`.trimEnd()
}

function count(value: number): string {
  return value.toLocaleString('en')
}
