import type { CommandIo } from '../command-io.ts'
import type { ExitCode } from '../exit-code.ts'
import { runProgram } from '../program.ts'

/** What a command wrote, and how it ended. */
export interface CommandRun {
  readonly out: string
  readonly err: string
  readonly code: ExitCode
}

/**
 * Runs one command line as a person in a folder would, in a pipe and with no answer to questions.
 *
 * `more` takes the place of parts of its world: a clock, a terminal, what is printed as it is printed.
 */
export async function runSternpost(
  cwd: string,
  argv: readonly string[],
  more: Partial<CommandIo> = {},
): Promise<CommandRun> {
  let [out, err] = ['', '']
  let code: ExitCode = 0
  await runProgram(argv, {
    env: {},
    cwd,
    isRoot: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    invokedAs: 'sternpost',
    now: Date.now,
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    confirm: async () => false,
    askHidden: async () => undefined,
    readLine: async () => '',
    end: ended => {
      code = ended
    },
    ...more,
  })
  return { out, err, code }
}
