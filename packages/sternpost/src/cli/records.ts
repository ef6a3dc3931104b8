import { type Command, InvalidArgumentError, Option } from 'commander'
import { durationSeconds } from '../config/index.ts'
import type { RecordFormat, TerraformProvider } from '../publish/index.ts'
import type { CommandIo, GlobalOptions } from './command-io.ts'
import { worksRemotely } from './server-option.ts'

export interface RecordsOptions extends GlobalOptions {
  readonly format?: RecordFormat | 'table'
  readonly provider: TerraformProvider
  readonly part: 'domain' | 'operator' | 'all'
  readonly zone?: string
  readonly ttl?: number
  readonly all?: boolean
  readonly check?: boolean
  readonly apply?: boolean
  readonly yes?: boolean
  readonly takeOver?: boolean
  /** Seconds. */
  readonly wait?: number
}

/** Named here once more, so that no other command has to load the room of publishing. */
const formats: Readonly<Record<RecordFormat | 'table', true>> = {
  table: true,
  bind: true,
  cloudflare: true,
  route53: true,
  octodns: true,
  dnscontrol: true,
  terraform: true,
  nsupdate: true,
}
const providers: Readonly<Record<TerraformProvider, true>> = { cloudflare: true, aws: true }

export function registerRecords(program: Command, io: CommandIo): void {
  worksRemotely(program.command('records'))
    .description('show the DNS records of a published domain, compare them with what is live, write them')
    .argument('[domain...]', 'published domains')
    .option('--all', 'every published domain')
    .addOption(new Option('--format <format>', 'how to write them down').choices(Object.keys(formats)))
    .addOption(
      new Option('--provider <provider>', 'whose resources --format terraform uses')
        .choices(Object.keys(providers))
        .default('cloudflare'),
    )
    .addOption(
      new Option(
        '--part <part>',
        'with delegation: the records in the zone of the domain, or of the operator',
      )
        .choices(['domain', 'operator', 'all'])
        .default('all'),
    )
    .option('--zone <zone>', 'the zone the records are in (default: the writer’s, else the domain itself)')
    .option('--ttl <seconds>', 'another TTL than that of the configuration', readTtl)
    .option('--check', 'compare with every authoritative server; exit status 1 where it differs')
    .option('--apply', 'show what differs, ask, write it, and verify it at every authoritative server')
    .option('--yes', 'do not ask before writing')
    .option('--take-over', 'replace what others wrote where it is in the way')
    .option('--wait <time>', 'how long servers may lag behind one another, such as 30s or 0s', readWait)
    .addHelpText('after', '\nWithout --apply nothing is changed.')
    .action(async (domains: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RecordsOptions>()
      if (options.apply === true) {
        const { applyRecords } = await import('./records-apply.ts')
        return await applyRecords(io, options, domains)
      }
      if (options.check === true) {
        const { checkRecords } = await import('./records-check.ts')
        return await checkRecords(io, options, domains)
      }
      const { showRecords } = await import('./records-show.ts')
      await showRecords(io, options, domains)
    })
}

function readTtl(text: string): number {
  const seconds = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > 604_800) throw new InvalidArgumentError('give 1 to 604800 seconds.')
  return seconds
}

function readWait(text: string): number {
  const seconds = durationSeconds(text)
  if (seconds === undefined || seconds > 86_400)
    throw new InvalidArgumentError('give a time up to a day with its unit, such as 30s.')
  return seconds
}
