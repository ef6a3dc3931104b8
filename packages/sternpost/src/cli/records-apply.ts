import { escapeForLine } from '../log/index.ts'
import { formatRecordData, type OutcomeJson, type PublishedDomain } from '../publish/index.ts'
import { type CommandIo, outJson } from './command-io.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { atRecordsDesk, type RecordsDesk, type RecordsWork } from './records-desk.ts'
import { domainJson } from './records-text.ts'
import { wrapText } from './text-layout.ts'

/** `records DOMAIN --apply`: shows the difference, asks, writes it and verifies it at every server. */
export async function applyRecords(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
): Promise<void> {
  await atRecordsDesk(io, options, names, async (desk, domains) => {
    const written: unknown[] = []
    let worst: ExitCode = exitCode.fine
    for await (const domain of domains) {
      const { json, code } = await applyOne(io, options, desk, domain)
      written.push(json)
      worst = worse(worst, code)
    }
    if (options.json === true) outJson(io, { version: 1, domains: written })
    if (worst !== exitCode.fine) io.end(worst)
  })
}

async function applyOne(
  io: CommandIo,
  options: RecordsOptions,
  desk: RecordsDesk,
  domain: PublishedDomain,
): Promise<{ readonly json: object; readonly code: ExitCode }> {
  const say = (lines: readonly string[]) => {
    if (options.json !== true && lines.length > 0) io.out(`${lines.join('\n')}\n`)
  }
  const compared = await desk.compare(domain)
  say([`Records of ${domain.domain}`, ...differenceLines(compared.told)])
  const { changes, records } = compared.told
  const head = domainJson(compared)
  const planned = { ...head, done: false, changes, records }
  if (changes.length === 0 && records.some(({ state }) => state === 'failed'))
    return { json: planned, code: codeOf(compared.told) }
  const mayWrite =
    changes.length === 0 ||
    options.yes === true ||
    domain.dns.apply === 'auto' ||
    (options.json !== true && (await io.confirm('Write this?')))
  if (!mayWrite) {
    say(['  Nothing was written. To write without a question: --yes'])
    return { json: planned, code: exitCode.findings }
  }
  const { told } = await desk.apply(domain)
  say(resultLines(told))
  return { json: { ...head, done: told.done, changes, records: told.records }, code: codeOf(told) }
}

function differenceLines({ changes, records }: RecordsWork): string[] {
  const lines = changes.flatMap(({ name, type, before, after, ttlSeconds, writer }) => [
    escapeForLine(`  ${name} ${type}, by ${writer}`),
    ...valueLines('-', type, without(before, after)),
    ...valueLines('+', type, without(after, before)),
    ...(without(after, before).length + without(before, after).length === 0
      ? [`    TTL becomes ${ttlSeconds}`]
      : []),
  ])
  const troubles = troubleLines(records)
  return lines.length + troubles.length === 0 ? ['  Nothing is to be written.'] : [...lines, ...troubles]
}

function valueLines(sign: string, type: OutcomeJson['type'], values: readonly string[]): string[] {
  return values.flatMap(value => wrapText(`${sign} ${formatRecordData(type, value)}`, '    '))
}

/** What keeps records from being written, each reason once, and what a person must set. */
function troubleLines(records: readonly OutcomeJson[]): string[] {
  const troubled = records.filter(({ code }) => code !== undefined)
  const reasons = Map.groupBy(troubled, ({ code, message = '' }) => `${message} [${code}]`)
  const told = [...reasons].flatMap(([reason, stuck]) => {
    const names = new Set(stuck.map(({ name }) => name))
    return [
      ...[...names].map(name => escapeForLine(`  ${name} is not written:`)),
      ...wrapText(reason, '    '),
    ]
  })
  const byHand = records.filter(({ state, values }) => state === 'by-hand' && values.length > 0)
  return [
    ...told,
    ...byHand.flatMap(({ name, type, values }) => [
      escapeForLine(`  ${name} ${type}, to be set by hand`),
      ...valueLines('+', type, values),
    ]),
  ]
}

function resultLines({ records, done }: RecordsWork): string[] {
  const written = records.filter(({ state }) => state === 'written')
  const failed = records.filter(({ state }) => state === 'failed')
  return [
    ...written.map(({ name, type }) => escapeForLine(`  written: ${name} ${type}`)),
    ...troubleLines(failed),
    ...records.filter(({ verified }) => verified === false).flatMap(verdictLines),
    done
      ? '  Every authoritative server has them.'
      : '  Not done; what is written stays, and the command can be given again.',
  ]
}

function verdictLines({ name, type, servers = [] }: OutcomeJson): string[] {
  return [
    escapeForLine(`  not at every authoritative server: ${name} ${type}`),
    ...(servers.length === 0 ? ['    no authoritative server could be found'] : []),
    ...servers.flatMap(({ server, verified, values = [], problem }) => {
      const said = values.length === 0 ? 'nothing' : values.join(', ')
      return verified ? [] : wrapText(`${server}: ${problem ?? said}`, '    ')
    }),
  ]
}

/** Trying again can help where faults are temporary, or servers only lag. */
function codeOf({ records, done }: Pick<RecordsWork, 'records' | 'done'>): ExitCode {
  if (done) return exitCode.fine
  const isFinal = records.some(({ state, temporary }) => state === 'conflict' || temporary === false)
  return isFinal ? exitCode.findings : exitCode.temporary
}

function worse(a: ExitCode, b: ExitCode): ExitCode {
  if (a === exitCode.findings || b === exitCode.findings) return exitCode.findings
  return a === exitCode.fine ? b : a
}

function without(values: readonly string[], others: readonly string[]): readonly string[] {
  return values.filter(value => !others.includes(value))
}
