import { createReadStream } from 'node:fs'
import { type CheckResult, readSavedResults } from '../check/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { isSystemError } from './write-or-say.ts'

/** Reads a file of saved results; says why and ends with `usage` where it cannot be read. */
export async function eachSaved(
  io: CommandIo,
  path: string,
  onResult: (result: CheckResult) => void,
): Promise<boolean> {
  try {
    for await (const read of readSavedResults(createReadStream(path))) {
      if (read.ok) onResult(read.result)
      else {
        errLine(io, `${path}: ${read.message}`)
        io.end(exitCode.usage)
        return false
      }
    }
    return true
  } catch (error) {
    if (!isSystemError(error)) throw error
    errLine(io, `${path} cannot be read: ${error.message}`)
    io.end(exitCode.usage)
    return false
  }
}
