import { spawn } from 'node:child_process'

/** What one suite counted, and the lines a reader needs beside the numbers. */
export interface SuiteResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** One line per skipped test or suite, with the reason. */
  readonly notes: readonly string[]
}

export interface CommandResult {
  /** Exit code; 128 and up when a signal ended it. */
  readonly code: number
  readonly output: string
}

/**
 * Runs a command of the repository on the Node that runs this.
 *
 * Effects: with `show` its output goes straight to ours, otherwise it is collected, both streams in one text.
 * Errors: a command that cannot be started counts as exit code 127.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly show?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {}
  const child = spawn(command, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...colour, ...options.env },
    stdio: options.show === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise(resolve => {
    const end = (code: number) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') })
    child.on('error', error => {
      chunks.push(Buffer.from(`${command}: ${error.message}\n`))
      end(127)
    })
    child.on('close', (code, signal) => end(code ?? (signal === null ? 1 : 128)))
  })
}

export const repositoryRoot = new URL('..', import.meta.url).pathname

/** Arguments that start a script of this repository with the sources of its packages. */
export function nodeArguments(...script: readonly string[]): string[] {
  return ['--conditions=source', '--disable-warning=ExperimentalWarning', ...script]
}

/** The closing line: `N passed, N failed`, and how many were skipped if any. */
export function closingLine(results: readonly SuiteResult[]): string {
  const sum = (pick: (result: SuiteResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0)
  const skipped = sum(result => result.skipped)
  const line = `${sum(result => result.passed)} passed, ${sum(result => result.failed)} failed`
  return skipped === 0 ? line : `${line}, ${skipped} skipped`
}

export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}
