import { writeFile } from 'node:fs/promises'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'

/** Writes a file; says why and ends with `usage` where it cannot be written. */
export async function writeOrSay(io: CommandIo, path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text)
    return true
  } catch (error) {
    if (!isSystemError(error)) throw error
    errLine(io, `${path} cannot be written: ${error.message}`)
    io.end(exitCode.usage)
    return false
  }
}

/** Whether the system refused something, as against a mistake of ours. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
