import { changeRolloutSettings, type OwnRolloutSettings } from '../publish/index.ts'
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
    const change = settingsChangeOf(options)
    tellSettings(
      io,
      options,
      await changeRolloutSettings(rollout.rollouts, domain, change, options.defaults === true),
    )
  })
}

/** What the options ask for; what they do not name is left. */
export function settingsChangeOf({ minDays, minSessions, minReporters, autoAdvance }: SetRolloutOptions) {
  return {
    ...(minDays === undefined ? {} : { minDays }),
    ...(minSessions === undefined ? {} : { minSessions }),
    ...(minReporters === undefined ? {} : { minReporters }),
    ...(autoAdvance === undefined
      ? {}
      : { autoAdvance: autoAdvance === 'default' ? null : autoAdvance === 'on' }),
  }
}

export function tellSettings(
  io: CommandIo,
  options: GlobalOptions,
  {
    domain,
    settings,
    autoAdvance,
  }: Pick<OwnRolloutSettings, 'autoAdvance'> & {
    readonly domain: string
    readonly settings: object
  },
): void {
  if (options.json === true) return outJson(io, { domain, settings, autoAdvance })
  const told = Object.entries(settings).map(([key, value]) => `${key} ${value}`)
  const advance = autoAdvance === null ? 'as configured' : autoAdvance ? 'on' : 'off'
  io.out(
    `${domain}: ${told.length === 0 ? 'criteria as configured' : told.join(', ')}; automatic advance ${advance}.\n`,
  )
}
