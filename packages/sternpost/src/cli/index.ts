/** The command line: one file for each command; main.ts only reads argv. */
export { type CommandIo, type GlobalOptions, processIo } from './command-io.ts'
export { type ExitCode, exitCode } from './exit-code.ts'
export { createProgram, runProgram } from './program.ts'
