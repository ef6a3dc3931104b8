import { type Command, InvalidArgumentError, Option } from 'commander'
import { durationSeconds } from '../config/index.ts'
import type { recordFormats, terraformProviders } from '../publish/index.ts'
import type { CommandIo, GlobalOptions } from './command-io.ts'

// The words stand here again, so that the daemon starts without loading what it may never need; the types keep both
// lists equal.
const formats: typeof recordFormats = [
  'bind',
  'cloudflare',
  'route53',
  'octodns',
  'dnscontrol',
  'terraform',
  'nsupdate',
]
const providers: typeof terraformProviders = ['cloudflare', 'aws']

export interface RecordsOptions extends GlobalOptions {
  readonly format?: (typeof recordFormats)[number] | 'table'
  readonly provider: (typeof terraformProviders)[number]
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

export function registerRecords(program: Command, io: CommandIo): void {
  program
    .command('records')
    .description('show the DNS records of a published domain, compare them with what is live, write them')
    .argument('[domain...]', 'published domains')
    .option('--all', 'every published domain')
    .addOption(new Option('--format <format>', 'how to write them down').choices(['table', ...formats]))
    .addOption(
      new Option('--provider <provider>', 'whose resources --format terraform uses')
        .choices(providers)
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
        await applyRecords(io, options, domains)
      } else if (options.check === true) {
        const { checkRecords } = await import('./records-check.ts')
        await checkRecords(io, options, domains)
      } else {
        const { showRecords } = await import('./records-show.ts')
        await showRecords(io, options, domains)
      }
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
