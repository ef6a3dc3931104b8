import { escapeForLine } from '../log/index.ts'
import { type LiveRecord, recordJson } from '../publish/index.ts'
import { type CommandIo, outJson } from './command-io.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { atRecordsDesk, type OfDomain } from './records-desk.ts'
import { domainJson } from './records-text.ts'
import { wrapText } from './text-layout.ts'

/** What each state is called for people. */
const words = {
  live: 'as wanted',
  missing: 'missing',
  differs: 'differs',
  conflict: 'something else is in the way',
  unknown: 'cannot be told',
} as const satisfies Record<LiveRecord['state'], string>

/** `records DOMAIN --check`: what every authoritative server has, beside what is wanted. */
export async function checkRecords(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
): Promise<void> {
  await atRecordsDesk(io, options, names, async (desk, domains) => {
    const written: unknown[] = []
    let worst: ExitCode = exitCode.fine
    for await (const domain of domains) {
      const live = await desk.live(domain)
      worst = worseOf(worst, live.told)
      if (options.json === true) written.push({ ...domainJson(live), records: live.told.map(liveJson) })
      else io.out(`${checkLines(live).join('\n')}\n`)
    }
    if (options.json === true) outJson(io, { version: 1, domains: written })
    if (worst !== exitCode.fine) io.end(worst)
  })
}

/** What is not as wanted weighs more than what cannot be told. */
function worseOf(before: ExitCode, live: readonly LiveRecord[]): ExitCode {
  const states = new Set(live.map(({ state }) => state))
  if (before === exitCode.findings) return before
  if (states.has('missing') || states.has('differs') || states.has('conflict')) return exitCode.findings
  return states.has('unknown') ? exitCode.temporary : before
}

function checkLines({ domain, told }: OfDomain<readonly LiveRecord[]>): string[] {
  return [`Records of ${domain.domain} at every authoritative server`, ...told.flatMap(liveLines)]
}

function liveLines({ record, state, servers }: LiveRecord): string[] {
  const lines = [`  ${escapeForLine(record.name)} ${record.type}: ${words[state]}`]
  if (state === 'live') return lines
  const wanted = record.values.length === 0 ? 'nothing' : record.values.join(', ')
  lines.push(...wrapText(`wanted: ${wanted}`, '      '))
  if (servers.length === 0) lines.push('      no authoritative server could be found')
  for (const server of servers) {
    const said = server.values.length === 0 ? 'nothing' : server.values.join(', ')
    const told = server.state === 'unknown' ? (server.message ?? 'no answer') : said
    const because = server.state === 'conflict' ? `; in the way: ${server.message ?? ''}` : ''
    lines.push(...wrapText(`${server.server}: ${told}${because}`, '      '))
  }
  return lines
}

function liveJson({ record, state, servers }: LiveRecord) {
  return { ...recordJson(record), state, servers }
}
