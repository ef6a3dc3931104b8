import { checkResultJsonSchema } from '../check/index.ts'
import { type CommandIo, outJson } from './command-io.ts'

/** Prints the JSON schema of a line of `check --json`. */
export function printCheckSchema(io: CommandIo): void {
  outJson(io, checkResultJsonSchema())
}
