import type { RolloutJson } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { atRolloutDesk, type RolloutDesk } from './rollout-desk.ts'
import { rolloutFacts } from './rollout-facts.ts'
import { formatRollout } from './rollout-status-text.ts'

export interface StatusOptions extends GlobalOptions {
  readonly fresh?: boolean
  readonly stage?: string
  readonly alarms?: boolean
  readonly limit?: number
  readonly after?: string
}

/** `rollout DOMAIN`: where a domain stands, what is missing, and what comes next. */
export async function showRollout(io: CommandIo, options: StatusOptions, name: string): Promise<void> {
  await atRolloutDesk(io, options, options.fresh === true ? 'write' : 'read', async desk => {
    const domain = readDomain(name)
    const listed = await desk.rollout.rollouts.get(domain)
    if (listed === undefined) return notRolledOut(io, desk, domain)
    const facts = await rolloutFacts(desk, domain, listed, options.fresh === true)
    tellRollout(io, options, facts)
  })
}

/** Shows where a domain stands; an alarm is a finding. */
export function tellRollout(io: CommandIo, options: GlobalOptions, facts: RolloutJson): void {
  if (facts.alarm !== null) io.end(exitCode.findings)
  if (options.json === true) outJson(io, facts)
  else io.out(formatRollout(facts, io.invokedAs))
}

async function notRolledOut(io: CommandIo, desk: RolloutDesk, domain: string): Promise<void> {
  const published = await desk.publish.get(readDomain(domain))
  errLine(
    io,
    published === undefined
      ? `${domain} is not published here; to publish it: ${io.invokedAs} domain add ${domain}`
      : `the roll-out of ${domain} has not begun; it does when ${io.invokedAs} serve runs, or with ${io.invokedAs} rollout advance ${domain}`,
  )
  io.end(exitCode.findings)
}
