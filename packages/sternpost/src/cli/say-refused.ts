import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { ServerError } from './server-error.ts'

/** What a daemon answers where a domain is not as the command needs it. */
const found = new Set(['api/not-found', 'api/conflict'])

/** Does work by a daemon elsewhere; what it found to be in the way is a finding, as it would be here. */
export async function sayRefused(io: CommandIo, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ServerError) || !found.has(error.problem?.code ?? '')) throw error
    errLine(io, error.problem?.detail ?? error.message)
    io.end(exitCode.findings)
  }
}
