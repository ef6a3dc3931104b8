import { type Command, InvalidArgumentError, Option } from 'commander'
import type { FailOn } from '../check/index.ts'
import { durationSeconds } from '../config/index.ts'
import type { GlobalOptions } from './command-io.ts'
import { failOnOption } from './fail-on-option.ts'

export const checkFormats = ['text', 'json', 'junit', 'sarif', 'markdown', 'html'] as const
export type CheckFormat = (typeof checkFormats)[number]

/** What `sternpost check` was given beside the domains. */
export interface CheckCommandOptions extends GlobalOptions {
  /** `json` where only `--json` was given. */
  readonly format: CheckFormat
  readonly failOn: FailOn
  readonly timeoutMs: number
  readonly rcpt: boolean
  readonly output?: string
  readonly save?: string
  readonly fromSaved?: string
  readonly diff?: string
  readonly fromFile?: string
  readonly concurrency: number
  /** False after `--no-observation`. */
  readonly observation: boolean
  readonly explain?: string
  readonly schema?: boolean
}

/** As commander has them. */
type Given = Omit<CheckCommandOptions, 'format' | 'rcpt' | 'timeoutMs'> & {
  readonly format?: CheckFormat
  readonly rcpt?: boolean
  readonly timeout: number
}

const DEFAULT_CONCURRENCY = 16

export function addCheckOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <form>', 'how results are written (default: text)').choices(checkFormats))
    .option('--output <file>', 'write there instead of standard output; with --from-file it is continued')
    .addOption(failOnOption())
    .addOption(
      new Option('--timeout <time>', 'limit for one domain, all in all')
        .argParser(readTimeout)
        .default(30_000, '30s'),
    )
    .option('--rcpt', 'ask by RCPT TO if the mailboxes for TLS reports exist; nothing is sent')
    .option('--save <file>', 'keep the results, to be read again by --from-saved and --diff')
    .option('--from-saved <file>', 'judge saved results by the rules of today, without a network')
    .option('--diff <file>', 'say what is otherwise than in these saved results')
    .option(
      '--from-file <file>',
      'check a list of domains, one a line, - for stdin; prints a line of JSON for each',
    )
    .option('--concurrency <count>', 'domains at one time', readConcurrency, DEFAULT_CONCURRENCY)
    .option('--no-observation', 'leave out of the JSON what was seen; findings stay')
    .option('--explain <code>', 'say what the code of a finding means, and end')
    .option('--schema', 'print the JSON schema of --json, and end')
}

export function checkCommandOptions(command: Command): CheckCommandOptions {
  const { timeout, format, ...given } = command.optsWithGlobals<Given>()
  return {
    ...given,
    rcpt: given.rcpt === true,
    timeoutMs: timeout,
    format: format ?? (given.json === true ? 'json' : 'text'),
  }
}

/** Says which options do not go together; undefined where all do. */
export function conflictIn(options: CheckCommandOptions, domains: readonly string[]): string | undefined {
  const { fromFile, fromSaved, diff, format, save } = options
  const json = format === 'json' || format === 'text'
  if (options.json === true && format !== 'json')
    return `--json and --format ${format} contradict one another`
  if (fromFile !== undefined) {
    if (domains.length > 0) return '--from-file and domains on the command line do not go together'
    if (fromSaved !== undefined || diff !== undefined || save !== undefined) {
      return '--from-file goes with none of --from-saved, --diff and --save; its --output is such a file'
    }
    if (!json) return `--from-file writes JSON; make ${format} of it with --from-saved`
    return undefined
  }
  if (fromSaved !== undefined && save !== undefined) return '--save has nothing to add to --from-saved'
  if (diff !== undefined && !json) return `--diff can be written as text or JSON, not as ${format}`
  if (domains.length === 0 && fromSaved === undefined) {
    return 'nothing to check: give domains, --from-file or --from-saved'
  }
  return undefined
}

function readTimeout(text: string): number {
  const seconds = durationSeconds(text)
  if (seconds === undefined || seconds < 1 || seconds > 600) {
    throw new InvalidArgumentError('a time from 1s to 10m.')
  }
  return seconds * 1000
}

function readConcurrency(text: string): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > 256) throw new InvalidArgumentError('a number from 1 to 256.')
  return count
}
