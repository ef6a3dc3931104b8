import type { Command } from 'commander'
import { eximAdvice, socketmapAddress, zimbraAdvice } from '../setup/index.ts'
import { type CommandIo, globalOptions, needConfig, outJson } from './command-io.ts'
import { systemResolverValidates } from './probe-resolver.ts'
import { registerSetupPostfix } from './setup-postfix.ts'
import { registerSetupWebServers } from './setup-web-server.ts'

export function registerSetup(program: Command, io: CommandIo): void {
  const setup = program
    .command('setup')
    .description('what to put where: mail servers that ask Sternpost, web servers that serve policies')
  registerSetupPostfix(setup, io)
  registerSetupWebServers(setup, io)
  setup
    .command('exim')
    .description('what Exim can do, and what it cannot')
    .action((_options: unknown, command: Command) => printText(io, command, eximAdvice()))
  setup
    .command('zimbra')
    .description('what to set with zmprov and postconf')
    .action(async (_options: unknown, command: Command) => {
      const loaded = needConfig(io, globalOptions(command))
      if (loaded === undefined) return
      const [listen] = loaded.config.outbound.socketmap.listen
      const address = listen === undefined ? 'inet:127.0.0.1:8461' : socketmapAddress(listen)
      const resolverValidates = await systemResolverValidates(loaded.config.dns)
      printText(io, command, zimbraAdvice({ address, resolverValidates }))
    })
}

function printText(io: CommandIo, command: Command, text: string): void {
  if (globalOptions(command).json === true) outJson(io, { text })
  else io.out(text)
}
