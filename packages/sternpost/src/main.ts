import { exitCode, processIo, runProgram } from './cli/index.ts'

const { io, ended } = processIo()
const argv = process.argv.slice(2)
try {
  await runProgram(argv, io)
  process.exitCode = ended()
} catch (error) {
  // Nothing a command foresaw, so whoever reports it needs to say where it happened.
  io.err(`sternpost: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = exitCode.temporary
}
