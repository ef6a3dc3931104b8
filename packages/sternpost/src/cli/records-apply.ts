import {
  type ApplyResult,
  type Comparison,
  formatRecordData,
  outcomeJson,
  type RecordOutcome,
  type RecordPublishing,
  type RecordVerdict,
} from '../publish/index.ts'
import { type CommandIo, outJson } from './command-io.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { atRecordsDesk, type DomainRecords, withRecordPublishing } from './records-desk.ts'
import { domainJson } from './records-text.ts'
import { wrapText } from './text-layout.ts'

/** `records DOMAIN --apply`: shows the difference, asks, writes it and verifies it at every server. */
export async function applyRecords(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
): Promise<void> {
  await atRecordsDesk(io, options, names, async (desk, domains) => {
    await withRecordPublishing(io, desk, async publishing => {
      const written: unknown[] = []
      let worst: ExitCode = exitCode.fine
      for await (const domain of domains) {
        const { json, code } = await applyOne(io, options, publishing, domain)
        written.push({ ...domainJson(domain), ...json })
        worst = worse(worst, code)
      }
      if (options.json === true) outJson(io, { version: 1, domains: written })
      if (worst !== exitCode.fine) io.end(worst)
    })
  })
}

async function applyOne(
  io: CommandIo,
  options: RecordsOptions,
  { publisher }: RecordPublishing,
  domain: DomainRecords,
): Promise<{ readonly json: object; readonly code: ExitCode }> {
  const say = (lines: readonly string[]) => {
    if (options.json !== true && lines.length > 0) io.out(`${lines.join('\n')}\n`)
  }
  // The id is announced after all that it depends on.
  const records = [...domain.records].sort(
    (a, b) => Number(a.purpose === 'policy-id') - Number(b.purpose === 'policy-id'),
  )
  const how = {
    domainWriter: domain.domain.dns.writer,
    takeOver: options.takeOver === true,
    ...(options.wait === undefined ? {} : { verifyTimeoutSeconds: options.wait }),
  }
  const comparison = await publisher.compare(records, how)
  say([`Records of ${domain.domain.domain}`, ...differenceLines(comparison)])
  const { changes } = comparison
  const stuck = comparison.outcomes.filter(({ state }) => state === 'failed')
  if (changes.length === 0 && stuck.length > 0) {
    const json = {
      done: false,
      changes,
      records: comparison.outcomes.map(outcome => outcomeJson(outcome, [])),
    }
    return { json, code: codeOf({ outcomes: comparison.outcomes, done: false }) }
  }
  const mayWrite =
    changes.length === 0 ||
    options.yes === true ||
    domain.domain.dns.apply === 'auto' ||
    (options.json !== true && (await io.confirm('Write this?')))
  if (!mayWrite) {
    say(['  Nothing was written. To write without a question: --yes'])
    const json = {
      done: false,
      changes,
      records: comparison.outcomes.map(outcome => outcomeJson(outcome, [])),
    }
    return { json, code: exitCode.findings }
  }
  const result = await publisher.apply(records, how)
  say(resultLines(result))
  const json = {
    done: result.done,
    changes,
    records: result.outcomes.map(outcome => outcomeJson(outcome, result.verdicts)),
  }
  return { json, code: codeOf(result) }
}

function differenceLines({ changes, outcomes }: Comparison): string[] {
  const lines = changes.flatMap(({ name, type, before, after, ttlSeconds, writer }) => [
    `  ${name} ${type}, by ${writer}`,
    ...valueLines('-', type, without(before, after)),
    ...valueLines('+', type, without(after, before)),
    ...(without(after, before).length + without(before, after).length === 0
      ? [`    TTL becomes ${ttlSeconds}`]
      : []),
  ])
  const troubles = troubleLines(outcomes)
  return lines.length + troubles.length === 0 ? ['  Nothing is to be written.'] : [...lines, ...troubles]
}

function valueLines(
  sign: string,
  type: RecordOutcome['record']['type'],
  values: readonly string[],
): string[] {
  return values.flatMap(value => wrapText(`${sign} ${formatRecordData(type, value)}`, '    '))
}

/** What keeps records from being written, each reason once, and what a person must set. */
function troubleLines(outcomes: readonly RecordOutcome[]): string[] {
  const troubled = outcomes.filter(({ conflict, error }) => conflict !== undefined || error !== undefined)
  const reasons = Map.groupBy(troubled, ({ conflict, error }) => {
    const trouble = conflict ?? error
    return `${trouble?.message ?? ''} [${trouble?.code ?? ''}]`
  })
  const told = [...reasons].flatMap(([reason, stuck]) => {
    const names = new Set(stuck.map(({ record }) => record.name))
    return [...[...names].map(name => `  ${name} is not written:`), ...wrapText(reason, '    ')]
  })
  const byHand = outcomes.filter(({ state, record }) => state === 'by-hand' && record.values.length > 0)
  return [
    ...told,
    ...byHand.flatMap(({ record: { name, type, values } }) => [
      `  ${name} ${type}, to be set by hand`,
      ...valueLines('+', type, values),
    ]),
  ]
}

function resultLines({ outcomes, verdicts, done }: ApplyResult): string[] {
  const written = outcomes.filter(({ state }) => state === 'written')
  const failed = outcomes.filter(({ state }) => state === 'failed')
  return [
    ...written.map(({ record }) => `  written: ${record.name} ${record.type}`),
    ...troubleLines(failed),
    ...verdicts.filter(({ verified }) => !verified).flatMap(verdictLines),
    done
      ? '  Every authoritative server has them.'
      : '  Not done; what is written stays, and the command can be given again.',
  ]
}

function verdictLines({ name, type, servers }: RecordVerdict): string[] {
  return [
    `  not at every authoritative server: ${name} ${type}`,
    ...(servers.length === 0 ? ['    no authoritative server could be found'] : []),
    ...servers.flatMap(({ server, verified, values = [], problem }) => {
      const said = values.length === 0 ? 'nothing' : values.join(', ')
      return verified ? [] : wrapText(`${server}: ${problem ?? said}`, '    ')
    }),
  ]
}

/** Trying again can help where faults are temporary, or servers only lag. */
function codeOf({ outcomes, done }: Pick<ApplyResult, 'outcomes' | 'done'>): ExitCode {
  if (done) return exitCode.fine
  const final = outcomes.some(({ state, error }) => state === 'conflict' || error?.temporary === false)
  return final ? exitCode.findings : exitCode.temporary
}

function worse(a: ExitCode, b: ExitCode): ExitCode {
  if (a === exitCode.findings || b === exitCode.findings) return exitCode.findings
  return a === exitCode.fine ? b : a
}

function without(values: readonly string[], others: readonly string[]): readonly string[] {
  return values.filter(value => !others.includes(value))
}
