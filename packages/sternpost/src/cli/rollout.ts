import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandIo } from './command-io.ts'
import type { OrderName, OrderOptions } from './rollout-orders.ts'
import type { PlanOptions } from './rollout-plan.ts'
import type { SetRolloutOptions } from './rollout-set.ts'
import type { StatusOptions } from './rollout-status.ts'
import { serverOf, worksRemotely } from './server-option.ts'

/** `sternpost rollout …`: what each command does stands in a file `rollout-*.ts`, loaded when it is called. */
export function registerRollout(program: Command, io: CommandIo): void {
  const rollout = program
    .command('rollout')
    .description(
      'from mode testing to mode enforce on evidence, back, and out; without a domain: all of them',
    )
    .addHelpText(
      'after',
      '\nrollout DOMAIN is short for rollout status DOMAIN.\nOrders are carried out by the daemon; where none runs, the command itself does as much as it can now.',
    )
  addStatus(rollout.argument('[domain]'), io)
  addStatus(
    rollout
      .command('status')
      .description('where a domain stands: each criterion, what is missing, the next step, what caches hold')
      .argument('[domain]'),
    io,
  )
  addOrder(
    rollout,
    io,
    'advance',
    'go on by one stage: to mode testing, to mode enforce, or after a hold',
  ).option(
    '--override <reason>',
    'enforce although the gate is shut; what was unknown is kept with the reason',
  )
  addOrder(rollout, io, 'hold', 'let nothing go on by itself; what is published stays')
  addOrder(
    rollout,
    io,
    'rollback',
    'publish a weaker policy; what is in caches stays there until it is seen',
  ).addOption(new Option('--to <mode>', 'the mode').choices(['testing', 'none']).default('testing'))
  addOrder(
    rollout,
    io,
    'exit',
    'remove MTA-STS safely: mode none, wait until every cache forgot, then record, host and domain',
  )
  addMore(rollout, io)
}

function addStatus(command: Command, io: CommandIo): void {
  worksRemotely(command)
    .option('--fresh', 'judge the gate now, with a look at MX hosts, policy host and reports')
    .option('--stage <stage>', 'of all domains only those at this stage, such as ready')
    .option('--alarms', 'of all domains only those with an alarm')
    .option('--limit <count>', 'how many of all domains (default: 50, at most 1000)', countUpTo(1000, 1))
    .option('--after <domain>', 'go on after this domain')
    .action(async (name: string | undefined, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<StatusOptions>()
      if (name === undefined) {
        const { showRollouts } = await import('./rollout-list.ts')
        return await showRollouts(io, options)
      }
      const server = serverOf(io, options)
      if (server === 'bad') return
      if (server !== undefined) {
        const { showRolloutThere } = await import('./rollout-remote.ts')
        return await showRolloutThere(io, options, server, name)
      }
      const { showRollout } = await import('./rollout-status.ts')
      await showRollout(io, options, name)
    })
}

function addOrder(rollout: Command, io: CommandIo, order: OrderName, description: string): Command {
  return worksRemotely(rollout.command(order))
    .description(description)
    .argument('<domain>')
    .option('--reason <text>', 'why, for the history')
    .option('--no-wait', 'only give the order; a daemon or `rollout continue` carries it out')
    .action(async (name: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<OrderOptions>()
      if (await orderedThere(io, options, name, order)) return
      const { giveOrder } = await import('./rollout-orders.ts')
      await giveOrder(io, options, name, order)
    })
}

/** Gives an order to the daemon that was named; false where none was. */
async function orderedThere(
  io: CommandIo,
  options: OrderOptions,
  name: string,
  order: OrderName | 'continue',
): Promise<boolean> {
  const server = serverOf(io, options)
  if (server === undefined) return false
  if (server === 'bad') return true
  const { giveOrderThere } = await import('./rollout-remote.ts')
  await giveOrderThere(io, options, server, name, order)
  return true
}

function addMore(rollout: Command, io: CommandIo): void {
  worksRemotely(rollout.command('continue'))
    .description('go on with what is being published, where no daemon runs')
    .argument('<domain>')
    .action(async (name: string, _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<OrderOptions>()
      if (await orderedThere(io, options, name, 'continue')) return
      const { continueRollout } = await import('./rollout-orders.ts')
      await continueRollout(io, options, name)
    })
  worksRemotely(rollout.command('plan'))
    .description('say what a change of MX hosts breaks, and the order and dates that break nothing')
    .argument('<domain>')
    .requiredOption('--mx <host...>', 'all MX hosts as they shall be')
    .action(async (name: string, _options: unknown, self: Command) => {
      const { planRollout } = await import('./rollout-plan.ts')
      await planRollout(io, self.optsWithGlobals<PlanOptions>(), name)
    })
  worksRemotely(rollout.command('set'))
    .description('criteria of one domain that differ from the configuration')
    .argument('<domain>')
    .option('--min-days <count>', 'days in mode testing', countUpTo(365))
    .option('--min-sessions <count>', 'sessions in trusted reports', countUpTo(1e9))
    .option('--min-reporters <count>', 'organizations that reported', countUpTo(1000))
    .addOption(
      new Option('--auto-advance <word>', 'whether it is enforced by itself').choices([
        'on',
        'off',
        'default',
      ]),
    )
    .option('--defaults', 'as the configuration says, but for what is given beside')
    .action(async (name: string, _options: unknown, self: Command) => {
      const { setRollout } = await import('./rollout-set.ts')
      await setRollout(io, self.optsWithGlobals<SetRolloutOptions>(), name)
    })
}

function countUpTo(most: number, least = 0): (text: string) => number {
  return text => {
    const count = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (!(count >= least && count <= most))
      throw new InvalidArgumentError(`a number from ${least} to ${most}.`)
    return count
  }
}
