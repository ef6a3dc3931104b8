import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { atRolloutDesk } from './rollout-desk.ts'

export interface SetRolloutOptions extends GlobalOptions {
  readonly minDays?: number
  readonly minSessions?: number
  readonly minReporters?: number
  readonly autoAdvance?: 'on' | 'off' | 'default'
  readonly defaults?: boolean
}

/** `rollout set`: what differs for one domain from the configuration. */
export async function setRollout(io: CommandIo, options: SetRolloutOptions, name: string): Promise<void> {
  await atRolloutDesk(io, options, 'write', async ({ rollout, publish }) => {
    const domain = readDomain(name)
    if ((await publish.get(domain)) === undefined) {
      errLine(io, `${domain} is not published here`)
      return io.end(exitCode.findings)
    }
    const { minDays, minSessions, minReporters } = options
    const given = { minDays, minSessions, minReporters }
    const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const current = options.defaults === true ? {} : await rollout.rollouts.settings(domain)
    const state = (await rollout.rollouts.get(domain))?.state
    const autoAdvance = autoAdvanceOf(
      options.autoAdvance,
      options.defaults === true ? undefined : state?.autoAdvance,
    )
    await rollout.rollouts.configure(domain, { ...current, ...changed }, autoAdvance)
    const settings = { ...current, ...changed }
    if (options.json === true) return outJson(io, { domain, settings, autoAdvance: autoAdvance ?? null })
    const told = Object.entries(settings).map(([key, value]) => `${key} ${value}`)
    const advance = autoAdvance === undefined ? 'as configured' : autoAdvance ? 'on' : 'off'
    io.out(
      `${domain}: ${told.length === 0 ? 'criteria as configured' : told.join(', ')}; automatic advance ${advance}.\n`,
    )
  })
}

function autoAdvanceOf(
  word: 'on' | 'off' | 'default' | undefined,
  current: boolean | undefined,
): boolean | undefined {
  if (word === undefined) return current
  return word === 'default' ? undefined : word === 'on'
}
