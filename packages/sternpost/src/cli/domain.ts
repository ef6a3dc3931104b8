import type { Command } from 'commander'
import type { CommandIo } from './command-io.ts'
import type { ExportOptions } from './domain-export.ts'
import type { ImportOptions } from './domain-import.ts'
import type { ListOptions } from './domain-list.ts'
import { addWishOptions, several, type WishOptions } from './domain-options.ts'
import type { RemoveOptions } from './domain-remove.ts'
import type { SetOptions } from './domain-set.ts'
import { readLimit } from './read-limit.ts'
import { worksRemotely } from './server-option.ts'

/** `sternpost domain …`: what each command does stands in a file `domain-*.ts`, loaded when it is called. */
export function registerDomain(program: Command, io: CommandIo): void {
  const domain = program
    .command('domain')
    .description('domains whose MTA-STS policy is published here: add, look at, change, remove')
  registerWishes(domain, io)
  registerQuestions(domain, io)
  worksRemotely(domain.command('remove'))
    .description('publish a domain no longer; refused while a sender may hold a policy in mode enforce')
    .argument('<domain>')
    .option('--force <reason>', 'remove it all the same, and say why')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { removeDomain } = await import('./domain-remove.ts')
      await removeDomain(io, command.optsWithGlobals<RemoveOptions>(), name)
    })
  registerMany(domain, io)
}

function registerWishes(domain: Command, io: CommandIo): void {
  addWishOptions(
    worksRemotely(domain.command('add'))
      .description('publish a policy for a domain, in mode testing; prints the records to set')
      .argument('<domain>', 'the domain behind the @; each sub-domain with mail is one of its own'),
  )
    .addHelpText('after', '\nWithout --mx and --preset the MX hosts that DNS names today are taken.')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { addDomain } = await import('./domain-add.ts')
      await addDomain(io, command.optsWithGlobals<WishOptions>(), name)
    })
  addWishOptions(
    worksRemotely(domain.command('set'))
      .description('change what is wanted of a domain; the roll-out brings it to senders in the safe order')
      .argument('<domain>'),
  )
    .option('--no-rua', 'ask for no TLS reports')
    .option('--no-bimi', 'no BIMI record')
    .option('--no-tlsa', 'no TLSA records')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { setDomain } = await import('./domain-set.ts')
      await setDomain(io, command.optsWithGlobals<SetOptions>(), name)
    })
}

function registerQuestions(domain: Command, io: CommandIo): void {
  worksRemotely(domain.command('list'))
    .description('list the domains published here, by name')
    .option('--limit <count>', 'how many (default: 50, at most 1000)', readLimit)
    .option('--after <domain>', 'go on after this domain')
    .action(async (_options: unknown, command: Command) => {
      const { listDomains } = await import('./domain-list.ts')
      await listDomains(io, command.optsWithGlobals<ListOptions>())
    })
  worksRemotely(domain.command('show'))
    .description('show one domain: policy, records, every policy that was ever served')
    .argument('<domain>')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { showDomain } = await import('./domain-show.ts')
      await showDomain(io, command.optsWithGlobals(), name)
    })
}

function registerMany(domain: Command, io: CommandIo): void {
  worksRemotely(domain.command('import'))
    .description('add the domains of a CSV file: a line with names of columns, then one line for each domain')
    .argument('<file>', 'the file, or - for standard input')
    .option('--update', 'change domains that are here already to what the file says')
    .option('--all-or-nothing', 'add none where a line is bad; otherwise the good lines are added')
    .option('--dry-run', 'read everything, store nothing')
    .addHelpText(
      'after',
      `
Columns: domain, mx, max_age, rua, mode, delegation, id_form, dns_writer, dns_apply; only domain must be there.
Several values of mx and rua stand in one field with spaces between. Where mx is empty, DNS is asked.`,
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { importDomains } = await import('./domain-import.ts')
      await importDomains(io, command.optsWithGlobals<ImportOptions>(), file)
    })
  worksRemotely(domain.command('export'))
    .description('print all domains as CSV that import reads, or write static files for a web server')
    .option('--static <dir>', 'write mta-sts.DOMAIN/.well-known/mta-sts.txt below this folder')
    .option('--domain <name>', 'only this domain; several times', several)
    .action(async (_options: unknown, command: Command) => {
      const { exportDomains } = await import('./domain-export.ts')
      await exportDomains(io, command.optsWithGlobals<ExportOptions>())
    })
}
