import type { Command } from 'commander'
import { assessReport, type FailOn, type Finding, finding } from '../check/index.ts'
import type { SourceItem } from '../reports-received/index.ts'
import { type CommandIo, errLine, globalOptions, needConfig } from './command-io.ts'
import { failOnOption } from './fail-on-option.ts'
import { type LintedInput, LintOutcome } from './lint-outcome.ts'
import { plural } from './text-layout.ts'

type UnpackLimits = Parameters<typeof import('../reports-received/index.ts').readDocument>[1]

export function registerLintReport(lint: Command, io: CommandIo): void {
  lint
    .command('report')
    .description('judge TLS reports as a strict receiver would: JSON, gzip, zip, mail, mbox, folders')
    .argument('<file...>', 'files and folders with reports; - for standard input')
    .addOption(failOnOption())
    .action(async (paths: string[], { failOn }: { failOn: FailOn }, command: Command) => {
      const loaded = needConfig(io, globalOptions(command))
      if (loaded === undefined) return
      const { limits } = loaded.config.reportsReceived
      const { readSources } = await import('../reports-received/index.ts')
      const outcome = new LintOutcome(io, globalOptions(command), failOn)
      const items = readSources({
        paths,
        standardInput: process.stdin,
        documentBytes: limits.documentBytes,
        form: 'auto',
      })
      for await (const item of items) {
        if (item.kind === 'skipped') errLine(io, `${item.name}: skipped, ${item.reason}`)
        else outcome.tell(await lintReport(item, limits, io.now()))
      }
      outcome.end('documents')
    })
}

async function lintReport(
  item: Exclude<SourceItem, { kind: 'skipped' }>,
  limits: UnpackLimits,
  now: number,
): Promise<LintedInput> {
  const { intakeIssues, readDocument } = await import('../reports-received/index.ts')
  const { name } = item
  const subject = { kind: 'file', file: name } as const
  if (item.kind === 'unreadable') {
    if (item.code !== 'report/unreadable') {
      const refused = { kind: 'reject', code: item.code, reason: item.reason } as const
      const { findings } = assessReport(refused, subject, intakeIssues)
      return linted(name, false, [], findings)
    }
    const findings = [finding('file/unreadable', { subject, message: item.reason })]
    return { ...linted(name, false, [], findings), unreadable: `${name}: ${item.reason}` }
  }
  const { bytes, fileName } = item
  const document = {
    channel: 'import',
    bytes,
    receivedAt: now,
    ...(fileName === undefined ? {} : { fileName }),
  } as const
  const read = await readDocument(document, limits)
  const { valid, findings } = assessReport(read, subject, intakeIssues)
  const reports = read.kind === 'read' ? read.reports.map(({ report }) => report) : []
  return linted(name, valid, reports, findings)
}

interface LintedReport {
  readonly organizationName: string | undefined
  readonly reportId: string | undefined
  readonly day: string | undefined
}

function linted(
  file: string,
  valid: boolean,
  reports: readonly LintedReport[],
  findings: readonly Finding[],
): LintedInput {
  const listed = reports.map(({ organizationName, reportId, day }) => ({
    organization: organizationName ?? null,
    reportId: reportId ?? null,
    day: day ?? null,
  }))
  const [first] = listed
  return {
    title: file,
    isValid: valid,
    summary:
      first !== undefined && listed.length === 1
        ? `a report by ${first.organization} about ${first.day}`
        : plural(listed.length, 'report'),
    findings,
    json: { file, valid, reports: listed, findings },
  }
}
