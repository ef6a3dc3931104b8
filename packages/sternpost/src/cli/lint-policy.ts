import { MAX_POLICY_BYTES } from '@sternpost/protocol'
import type { Command } from 'commander'
import { assessPolicyText, decodePolicyFile, type FailOn, finding } from '../check/index.ts'
import { type CommandIo, globalOptions } from './command-io.ts'
import { failOnOption } from './fail-on-option.ts'
import { type LintedInput, LintOutcome } from './lint-outcome.ts'
import { type CappedBytes, readCapped, readCappedStream } from './read-capped.ts'

export function registerLintPolicy(lint: Command, io: CommandIo): void {
  lint
    .command('policy')
    .description('judge MTA-STS policy files: syntax, traps, and the corrected file')
    .argument('<file...>', 'files as they are served as mta-sts.txt; - for standard input')
    .addOption(failOnOption())
    .action(async (files: string[], { failOn }: { failOn: FailOn }, command: Command) => {
      const outcome = new LintOutcome(io, globalOptions(command), failOn)
      for (const file of files) outcome.tell(await lintPolicy(file))
      outcome.end('files')
    })
}

/** Room for a byte order mark or UTF-16 around a policy of the greatest size. */
const MAX_FILE_BYTES = 2 * MAX_POLICY_BYTES + 4

async function lintPolicy(file: string): Promise<LintedInput> {
  const read: CappedBytes =
    file === '-'
      ? { ok: true, bytes: await readCappedStream(process.stdin, MAX_FILE_BYTES) }
      : readCapped(file, MAX_FILE_BYTES)
  const subject = { kind: 'file', file } as const
  if (!read.ok) {
    const findings = [finding('file/unreadable', { subject, message: read.reason })]
    const json = { file, valid: false, mode: null, maxAgeSeconds: null, mx: [], findings }
    return { title: file, isValid: false, summary: '', findings, json, unreadable: `${file}: ${read.reason}` }
  }
  const { text, fault } = decodePolicyFile(read.bytes)
  const { valid, written, findings, corrected } = assessPolicyText(text, subject, { encodingFault: fault })
  const { mode, maxAgeSeconds, mx } = written
  return {
    title: file,
    isValid: valid,
    summary: `mode ${mode}, max_age ${maxAgeSeconds}, ${mx.length} mx`,
    findings,
    json: { file, valid, mode, maxAgeSeconds, mx, findings },
    ...(corrected === undefined ? {} : { correction: { before: text, after: corrected } }),
  }
}
