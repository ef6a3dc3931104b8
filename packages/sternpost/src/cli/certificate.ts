import type { Command } from 'commander'
import type { CertificateListOptions } from './certificate-list.ts'
import type { CommandIo } from './command-io.ts'
import { readLimit } from './read-limit.ts'
import { worksRemotely } from './server-option.ts'

/** `sternpost certificate …`: each command's work stands in a file `certificate-*.ts`, loaded when it is called. */
export function registerCertificate(program: Command, io: CommandIo): void {
  const certificate = program
    .command('certificate')
    .description('certificates of the hosts that serve policies: look at, renew')
  worksRemotely(certificate.command('list'))
    .description('list how the certificate of each published domain stands, by name')
    .option('--limit <count>', 'how many (default: 50, at most 1000)', readLimit)
    .option('--after <domain>', 'go on after this domain')
    .option('--failing', 'only those that have none, or one that was not renewed in time')
    .action(async (_options: unknown, command: Command) => {
      const { listCertificatesOf } = await import('./certificate-list.ts')
      await listCertificatesOf(io, command.optsWithGlobals<CertificateListOptions>())
    })
  worksRemotely(certificate.command('renew'))
    .description('have the daemon order the certificate of a domain now, whatever it waits for')
    .argument('<domain>')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { renewCertificate } = await import('./certificate-renew.ts')
      await renewCertificate(io, command.optsWithGlobals(), name)
    })
}
