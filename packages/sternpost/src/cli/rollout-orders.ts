import type { DomainName } from '@sternpost/protocol'
import type { PublicationProgress, RolloutAnswer, RolloutJson } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { atRolloutDesk, type RolloutDesk } from './rollout-desk.ts'
import { rolloutFacts } from './rollout-facts.ts'
import { gateLines } from './rollout-status-text.ts'
import { wrapText } from './text-layout.ts'

export interface OrderOptions extends GlobalOptions {
  readonly reason?: string
  /** For `advance`: why the gate does not count. */
  readonly override?: string
  /** For `rollback`. */
  readonly to?: 'testing' | 'none'
  /** False after `--no-wait`. */
  readonly wait?: boolean
}

type Order = (desk: RolloutDesk, domain: DomainName, options: OrderOptions) => Promise<RolloutAnswer>

/** Longest pause between two attempts that a command waits for; what takes longer is left to a daemon or to later. */
const LONGEST_PAUSE_MS = 5_000
/** Attempts at one step before a command leaves it at that. */
const MAX_WAITS = 5

const orders = {
  async advance(desk, domain, { override, reason }) {
    if (override !== undefined && override.trim() === '')
      throw new WishError('--override needs a reason in words')
    const listed = await desk.rollout.rollouts.get(domain)
    const { judgeNow } = await import('../publish/index.ts')
    const verdict = listed === undefined ? undefined : await judgeNow(desk.rollout, listed, desk)
    const usual = verdict?.isOpen === true ? 'every criterion is met' : 'advanced by hand'
    const order = { by: desk.by, reason: reason ?? override ?? usual }
    return desk.rollout.control.advance(domain, verdict, order, override)
  },
  hold: (desk, domain, { reason }) =>
    desk.rollout.control.hold(domain, { by: desk.by, reason: reason ?? 'held by hand' }),
  rollback: (desk, domain, { to, reason }) =>
    desk.rollout.control.rollBack(domain, to ?? 'testing', {
      by: desk.by,
      reason: reason ?? 'rolled back by hand',
    }),
  exit: (desk, domain, { reason }) =>
    desk.rollout.control.exit(domain, {
      by: desk.by,
      reason: reason ?? 'the owner wants no policy any more',
    }),
} as const satisfies Record<string, Order>
export type OrderName = keyof typeof orders

/** Gives an order for a roll-out, and goes on with its publication where no daemon does. */
export async function giveOrder(
  io: CommandIo,
  options: OrderOptions,
  name: string,
  order: OrderName,
): Promise<void> {
  const isQuiet = options.json === true
  await atRolloutDesk(
    io,
    options,
    'write',
    async desk => {
      const domain = readDomain(name)
      const answer = await orders[order](desk, domain, options)
      if (!answer.ok) {
        await refuse(io, desk, domain, answer.reason, isQuiet)
        return
      }
      if (!isQuiet) tellNote(io, answer.note)
      const { daemonRuns } = await import('../publish/index.ts')
      const runs = await daemonRuns(desk.rollout, desk.clock)
      if (answer.publishes && !runs && options.wait !== false) await execute(io, desk, domain, isQuiet)
      await tell(io, desk, domain, isQuiet, answer.publishes && runs)
    },
    isQuiet ? undefined : progress => tellProgress(io, progress),
  )
}

async function refuse(
  io: CommandIo,
  desk: RolloutDesk,
  domain: DomainName,
  reason: string,
  isQuiet: boolean,
): Promise<void> {
  errLine(io, reason)
  io.end(exitCode.findings)
  const [verdict] = await desk.rollout.evidence.gates(domain, 1)
  if (!isQuiet && verdict !== undefined && reason.includes('--override'))
    io.err(`${gateLines((await import('../publish/index.ts')).gateJson(verdict)).join('\n')}\n`)
}

/** Goes on with the publication here, as far as it comes without waiting long. */
async function execute(
  io: CommandIo,
  desk: RolloutDesk,
  domain: DomainName,
  isQuiet: boolean,
): Promise<void> {
  const { rollout, clock } = desk
  const running = await rollout.publications.running(domain)
  if (running === undefined) return
  const { isDeadExecutor } = await import('../publish/index.ts')
  await rollout.publications.release(name => isDeadExecutor(name, ''))
  for (let waits = 0; waits <= MAX_WAITS; waits += 1) {
    const end = await rollout.executor.run(running.publicationId)
    if (end.kind !== 'waiting') {
      if (end.kind === 'refused') io.end(exitCode.findings)
      return
    }
    const pauseMs = end.at - clock.now()
    if (pauseMs > LONGEST_PAUSE_MS || waits === MAX_WAITS) break
    await new Promise<void>(resolve => clock.setTimer(resolve, pauseMs))
  }
  io.end(exitCode.temporary)
  if (!isQuiet) {
    const text = `It waits here. Whatever is missing can be done meanwhile: ${io.invokedAs} rollout continue ${domain} goes on, and so does a daemon.`
    io.out(`${wrapText(text).join('\n')}\n`)
  }
}

/** `rollout continue`: goes on with a publication where no daemon does. */
export async function continueRollout(io: CommandIo, options: OrderOptions, name: string): Promise<void> {
  const isQuiet = options.json === true
  await atRolloutDesk(
    io,
    options,
    'write',
    async desk => {
      const domain = readDomain(name)
      if ((await desk.rollout.publications.running(domain)) === undefined) {
        errLine(io, `nothing of ${domain} is being published`)
        return io.end(exitCode.findings)
      }
      await execute(io, desk, domain, isQuiet)
      await tell(io, desk, domain, isQuiet, false)
    },
    isQuiet ? undefined : progress => tellProgress(io, progress),
  )
}

async function tell(
  io: CommandIo,
  desk: RolloutDesk,
  domain: DomainName,
  isQuiet: boolean,
  daemonGoesOn: boolean,
): Promise<void> {
  const listed = await desk.rollout.rollouts.get(domain)
  if (listed === undefined) return
  const facts = await rolloutFacts(desk, domain, listed, false)
  if (isQuiet) return outJson(io, facts)
  tellStanding(io, domain, facts, daemonGoesOn)
}

/** What a person reads after an order that somebody else carries out. */
export function tellOrdered(
  io: CommandIo,
  domain: string,
  note: string,
  facts: RolloutJson,
  daemonGoesOn: boolean,
): void {
  tellNote(io, note)
  tellStanding(io, domain, facts, daemonGoesOn)
}

function tellNote(io: CommandIo, note: string): void {
  io.out(`${wrapText(`${sentence(note)}.`).join('\n')}\n`)
}

function tellStanding(io: CommandIo, domain: string, facts: RolloutJson, daemonGoesOn: boolean): void {
  const lines = [
    ...wrapText(`${sentence(facts.caches.text)}.`),
    ...(daemonGoesOn
      ? wrapText(`The daemon goes on with it; to follow: ${io.invokedAs} rollout ${domain}`)
      : []),
  ]
  io.out(`${lines.join('\n')}\n`)
}

function tellProgress(io: CommandIo, { step, moment, note }: PublicationProgress): void {
  if (moment === 'begun' || moment === 'acted') return
  const words = { done: 'done', again: 'waits', refused: 'stopped' } as const
  const [first = '', ...rest] = wrapText(`${step.kind}: ${note}`, '          ')
  io.out(`${[`  ${words[moment].padEnd(8)}${first.trimStart()}`, ...rest].join('\n')}\n`)
}

/** Begins with a capital letter, unless a name stands there. */
function sentence(text: string): string {
  const [first = ''] = text.split(' ')
  return first.includes('.') ? text : text.charAt(0).toUpperCase() + text.slice(1)
}
