import type { Command } from 'commander'
import type { Config } from '../config/index.ts'
import {
  advisePostfix,
  findCaBundle,
  formatNotes,
  formatPostfixAdvice,
  formatPostfixDifference,
  PostconfError,
  type PostconfOptions,
  type PostfixAdvice,
  type PostfixFacts,
  parsePostfixVersion,
  readPostfixFacts,
  reloadPostfix,
  writePostfixSettings,
} from '../setup/index.ts'
import { type CommandIo, errLine, globalOptions, needConfig, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { systemResolverValidates } from './probe-resolver.ts'

interface SetupPostfixOptions {
  readonly check?: boolean
  readonly apply?: boolean
  readonly yes?: boolean
  readonly reload?: boolean
  readonly postconf: string
  readonly configDir?: string
  readonly postfixVersion?: string
}

type GoodAdvice = Extract<PostfixAdvice, { ok: true }>

export function registerSetupPostfix(setup: Command, io: CommandIo): void {
  setup
    .command('postfix')
    .description('print what belongs into main.cf for the installed version; compare with it; set it')
    .option('--check', 'compare with what is set; exit status 1 where it differs')
    .option('--apply', 'show what differs, ask, and set it with postconf -e')
    .option('--yes', 'do not ask before setting')
    .option('--reload', 'have Postfix take it over after setting')
    .option('--postconf <command>', 'how to run postconf, such as "chroot /srv/mail postconf"', 'postconf')
    .option('--config-dir <dir>', 'folder of another Postfix instance, as postconf -c takes it')
    .option('--postfix-version <version>', 'print for this version without asking an installed Postfix')
    .addHelpText('after', '\nWithout an option it prints and changes nothing.')
    .action((_options: unknown, command: Command) => setupPostfix(io, command))
}

async function setupPostfix(io: CommandIo, command: Command): Promise<void> {
  const options = command.opts<SetupPostfixOptions>()
  const { json } = globalOptions(command)
  const loaded = needConfig(io, globalOptions(command))
  if (loaded === undefined) return
  const asksPostfix = options.check === true || options.apply === true
  if (asksPostfix && options.postfixVersion !== undefined) {
    errLine(io, '--postfix-version is for printing; --check and --apply ask the installed Postfix')
    return io.end(exitCode.usage)
  }

  const postconf: PostconfOptions = {
    command: options.postconf.split(' ').filter(word => word !== ''),
    configDirectory: options.configDir,
  }
  try {
    const facts = await factsFor(options, postconf)
    if (facts === undefined) {
      errLine(io, `${options.postfixVersion} is no version of Postfix; write it as 3.10.5`)
      return io.end(exitCode.usage)
    }
    const resolverValidates = await systemResolverValidates(loaded.config.dns)
    const advise = (about: PostfixFacts) => adviceFor(loaded.config, about, resolverValidates)
    const advice = advise(facts)
    if (!advice.ok) {
      errLine(io, advice.reason)
      return io.end(exitCode.usage)
    }
    if (options.apply === true) return await apply(io, options, postconf, advice, advise)
    report(io, advice, facts.version.text, options.check === true, json === true)
  } catch (error) {
    if (!(error instanceof PostconfError)) throw error
    errLine(io, `${error.message}. --postconf names another one, --postfix-version prints without any.`)
    io.end(exitCode.temporary)
  }
}

async function factsFor(
  options: SetupPostfixOptions,
  postconf: PostconfOptions,
): Promise<PostfixFacts | undefined> {
  if (options.postfixVersion === undefined) return readPostfixFacts(postconf)
  const version = parsePostfixVersion(options.postfixVersion)
  if (version === undefined) return undefined
  return { version, written: {}, effective: {}, serviceOverrides: {}, smtpChroot: false }
}

function adviceFor(
  config: Config,
  facts: PostfixFacts,
  resolverValidates: boolean | undefined,
): PostfixAdvice {
  return advisePostfix({
    facts,
    listen: config.outbound.socketmap.listen,
    resolverValidates,
    ownResolvers: config.dns.resolvers.length > 0,
    caBundle: findCaBundle(),
  })
}

function report(io: CommandIo, advice: GoodAdvice, version: string, check: boolean, json: boolean): void {
  const differs = advice.settings.some(({ change }) => change)
  if (check && differs) io.end(exitCode.findings)
  if (json)
    return outJson(io, { postfixVersion: version, differs, settings: advice.settings, notes: advice.notes })
  if (!check) return io.out(`${formatPostfixAdvice(advice, version)}\n`)
  io.out(
    `Postfix ${version}: ${differs ? 'these settings differ (+ is wanted)' : 'every setting is as wanted'}\n`,
  )
  io.out(`${formatPostfixDifference(advice.settings)}\n`)
  if (advice.notes.length > 0) io.out(`\n${formatNotes(advice.notes)}\n`)
}

async function apply(
  io: CommandIo,
  options: SetupPostfixOptions,
  postconf: PostconfOptions,
  advice: GoodAdvice,
  advise: (facts: PostfixFacts) => PostfixAdvice,
): Promise<void> {
  const changes = advice.settings.filter(({ change }) => change)
  if (changes.length === 0) io.out('Every setting is as wanted; nothing to set.\n')
  else {
    io.out(`These settings will change:\n${formatPostfixDifference(changes)}\n`)
    if (options.yes !== true && !(await io.confirm('Set them?'))) {
      errLine(io, 'nothing was set; --yes sets without asking')
      return io.end(exitCode.findings)
    }
    await writePostfixSettings(
      postconf,
      changes.map(({ parameter, wanted }) => ({ parameter, value: wanted })),
    )
    const after = advise(await readPostfixFacts(postconf))
    const left = after.ok ? after.settings.filter(({ change }) => change) : changes
    if (left.length > 0) {
      errLine(io, `postconf -e did not take: ${left.map(({ parameter }) => parameter).join(', ')}`)
      return io.end(exitCode.findings)
    }
    io.out('Set.\n')
  }
  if (options.reload === true) {
    await reloadPostfix(postconf)
    io.out('Postfix was told to take it over.\n')
  } else if (changes.length > 0) io.out('Postfix takes it over with: postfix reload\n')
  if (advice.notes.length > 0) io.out(`\n${formatNotes(advice.notes)}\n`)
}
