import { once } from 'node:events'
import { constants } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { formatConfigIssue, type LoadedConfig, loadConfig } from '../config/index.ts'
import { escapeForLine, escapeJson } from '../log/index.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import { readCappedStream } from './read-capped.ts'

/** What a command has of the world around it. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly isRoot: boolean
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  /** How a person starts this program again: `sternpost`, or `npx sternpost` in a checkout. */
  readonly invokedAs: string
  now(): number
  out(text: string): void
  err(text: string): void
  /** Resolves when whoever reads standard output has taken what was written; absent where nobody is slow. */
  drained?(): Promise<void>
  /** Asks a question with yes or no; no where nobody can answer. */
  confirm(question: string): Promise<boolean>
  /** Asks for a secret that is not shown while it is typed; undefined where nobody can answer. */
  askHidden(question: string): Promise<string | undefined>
  /** The first line of standard input, for secrets that are piped in. */
  readLine(): Promise<string>
  /** Says how the command ended; the last word counts, 0 if nobody said anything. */
  end(code: ExitCode): void
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
  /** False after `--no-color`. */
  readonly color: boolean
  readonly server?: string
  readonly token?: string
  readonly tokenFile?: string
  readonly allowHttp?: boolean
}

export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>()
}

/** Whether colors may be used on standard output; see no-color.org for the variable. */
export function mayColor(io: CommandIo, options: GlobalOptions, stream: 'stdout' | 'stderr'): boolean {
  const terminal = stream === 'stdout' ? io.stdoutIsTerminal : io.stderrIsTerminal
  return terminal && options.color && (io.env.NO_COLOR ?? '') === ''
}

/** Reads the configuration the command line points at. */
export function readConfig(io: CommandIo, options: GlobalOptions): LoadedConfig {
  return loadConfig({
    path: options.config,
    dataDirectory: options.data,
    env: io.env,
    cwd: io.cwd,
    isRoot: io.isRoot,
    now: io.now(),
  })
}

/** As `readConfig`; says what is wrong on standard error and ends with `usage` where it is bad. */
export function needConfig(
  io: CommandIo,
  options: GlobalOptions,
): Extract<LoadedConfig, { ok: true }> | undefined {
  const loaded = readConfig(io, options)
  if (loaded.ok) return loaded
  for (const issue of loaded.issues) io.err(`${formatConfigIssue(issue)}\n`)
  io.end(exitCode.usage)
  return undefined
}

/** Writes a value as JSON for machines; controls in foreign text are escaped. */
export function outJson(io: CommandIo, value: unknown): void {
  io.out(`${escapeJson(JSON.stringify(value, null, 2))}\n`)
}

/** Says on standard error why a command failed. */
export function errLine(io: CommandIo, message: string): void {
  io.err(`sternpost: ${escapeForLine(message)}\n`)
}

/** The world as this process has it; `ended` tells the exit code. */
export function processIo(): { readonly io: CommandIo; readonly ended: () => ExitCode } {
  process.stdout.on('error', endWhereNobodyReads)
  let code: ExitCode = exitCode.fine
  const io: CommandIo = {
    env: process.env,
    cwd: process.cwd(),
    isRoot: process.getuid?.() === 0,
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    invokedAs: import.meta.filename.endsWith('.ts') ? 'npx sternpost' : 'sternpost',
    now: Date.now,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    confirm: askYesNo,
    askHidden,
    readLine: readFirstLine,
    end: ended => {
      code = ended
    },
  }
  return { io, ended: () => code }
}

/** Whoever reads no more, as `head` does, wants no more: the end any program without a word of its own would take. */
function endWhereNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(128 + constants.signals.SIGPIPE)
}

/** Longer than any password that is taken. */
const MAX_LINE_BYTES = 8_192

async function readFirstLine(): Promise<string> {
  const bytes = await readCappedStream(process.stdin, MAX_LINE_BYTES)
  return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
}

/** The terminal shows what readline writes, so readline is given a place to write that nobody sees. */
async function askHidden(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined
  process.stderr.write(`${question}: `)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const given = Promise.withResolvers<string | undefined>()
  lines.once('line', given.resolve)
  // Ctrl-C and Ctrl-D.
  lines.once('SIGINT', () => given.resolve(undefined))
  lines.once('close', () => given.resolve(undefined))
  try {
    return await given.promise
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

async function askYesNo(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
