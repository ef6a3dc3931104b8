import type { Command } from 'commander'
import { VERSION } from '../version.ts'
import { type CommandIo, globalOptions, outJson } from './command-io.ts'

export function registerVersion(program: Command, io: CommandIo): void {
  program
    .command('version')
    .description('print the version, and of what it runs on')
    .action((_options: unknown, command: Command) => {
      const versions = { sternpost: VERSION, node: process.versions.node, openssl: process.versions.openssl }
      if (globalOptions(command).json === true) outJson(io, versions)
      else io.out(`sternpost ${VERSION} (Node.js ${versions.node}, OpenSSL ${versions.openssl})\n`)
    })
}
