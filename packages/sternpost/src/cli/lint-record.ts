import { quote } from '@sternpost/protocol'
import { type Command, Option } from 'commander'
import {
  assessRecordTexts,
  type FailOn,
  type LintedRecordType,
  lintedRecordTypes,
  type RecordValue,
  recordTypes,
} from '../check/index.ts'
import { bytesAsHex } from './bytes-as-hex.ts'
import { type CommandIo, errLine, globalOptions } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { failOnOption } from './fail-on-option.ts'
import { LintOutcome } from './lint-outcome.ts'
import { readCappedStream } from './read-capped.ts'

interface LintRecordOptions {
  readonly type: LintedRecordType
  readonly failOn: FailOn
}

/** Records of standard input; more are no answer to one question. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024
const MAX_RECORDS = 100_000
/** So much of a text stands in the heading. */
const TITLE_CHARACTERS = 48

export function registerLintRecord(lint: Command, io: CommandIo): void {
  lint
    .command('record')
    .description('judge DNS records that stand at one name, and print them corrected')
    .argument(
      '<text...>',
      'the text of one record each, strings joined, without quotation marks; - reads lines',
    )
    .addOption(
      new Option('--type <type>', 'what the records are').choices(lintedRecordTypes).makeOptionMandatory(),
    )
    .addOption(failOnOption())
    .action(async (texts: string[], options: LintRecordOptions, command: Command) => {
      await lintRecords(io, command, texts, options)
    })
}

async function lintRecords(
  io: CommandIo,
  command: Command,
  given: readonly string[],
  { type, failOn }: LintRecordOptions,
): Promise<void> {
  const texts = await readTexts(given)
  if (texts === undefined || texts.length === 0) {
    errLine(
      io,
      texts === undefined ? `more than ${MAX_RECORDS} records are not read` : 'there is no record to judge',
    )
    io.end(exitCode.usage)
    return
  }
  const outcome = new LintOutcome(io, globalOptions(command), failOn)
  const subject = {
    kind: 'record',
    name: recordTypes[type].name,
    type: type === 'tlsa' ? 'TLSA' : 'TXT',
  } as const
  for (const [index, assessment] of assessRecordTexts(type, texts, subject).entries()) {
    const { valid, value, findings, corrected } = assessment
    const text = texts[index] ?? ''
    outcome.tell({
      title: `record ${index}: ${quote(text, TITLE_CHARACTERS)}`,
      isValid: valid,
      summary: recordWords[type],
      findings,
      json: { index, type, valid, value: value === undefined ? null : plainValue(value), findings },
      ...(corrected === undefined ? {} : { correction: { before: text, after: corrected } }),
    })
  }
  outcome.end('records')
}

const recordWords: Readonly<Record<LintedRecordType, string>> = {
  sts: 'an MTA-STS record',
  tlsrpt: 'a TLSRPT record',
  tlsa: 'a TLSA record',
  dmarc: 'a DMARC record',
  bimi: 'a BIMI record',
}

/** Every member is there in JSON: null where nothing is written, bytes as hexadecimal. */
function plainValue(value: RecordValue): object {
  const members = Object.entries(value).map(([key, member]) => [key, bytesAsHex(key, member ?? null)])
  return Object.fromEntries(members)
}

/** Every text, a `-` replaced by the lines of standard input; empty lines there are none. */
async function readTexts(given: readonly string[]): Promise<string[] | undefined> {
  const texts: string[] = []
  for (const text of given) {
    if (text !== '-') {
      texts.push(text)
      continue
    }
    const input = await readCappedStream(process.stdin, MAX_INPUT_BYTES)
    if (input.length > MAX_INPUT_BYTES) return undefined
    for (const line of input.toString('utf8').split(/\r?\n/)) if (line !== '') texts.push(line)
  }
  return texts.length > MAX_RECORDS ? undefined : texts
}
