import type { DomainName } from '@sternpost/protocol'
import { type CommandIo, errLine } from './command-io.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'

/** A domain as a person wrote it; undefined when what is wrong with it has been said. */
export function readNameFor(io: CommandIo, text: string): DomainName | undefined {
  try {
    return readDomain(text)
  } catch (error) {
    if (!(error instanceof WishError)) throw error
    errLine(io, error.message)
    io.end(exitCode.usage)
    return undefined
  }
}
