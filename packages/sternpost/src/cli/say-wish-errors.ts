import { type CommandIo, errLine } from './command-io.ts'
import { WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'

/** Does work; a wish that cannot be read is said on standard error and ends the command as a wrong command line. */
export async function sayWishErrors(io: CommandIo, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof WishError)) throw error
    errLine(io, error.message)
    io.end(exitCode.usage)
  }
}
