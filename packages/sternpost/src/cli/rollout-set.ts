import type { CriteriaChange, OwnCriteria } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { withServer } from './remote.ts'
import { atRolloutDesk } from './rollout-desk.ts'
import { sayRefused } from './say-refused.ts'
import { sayWishErrors } from './say-wish-errors.ts'
import { serverOf } from './server-option.ts'

export interface SetRolloutOptions extends GlobalOptions {
  readonly minDays?: number
  readonly minSessions?: number
  readonly minReporters?: number
  readonly autoAdvance?: 'on' | 'off' | 'default'
  readonly defaults?: boolean
}

/** `rollout set`: what differs for one domain from the configuration. */
export async function setRollout(io: CommandIo, options: SetRolloutOptions, name: string): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined)
    return await withServer(io, server, api =>
      sayWishErrors(io, async () => {
        const params = { domain: readDomain(name) }
        const body = changeOf(options)
        await sayRefused(io, async () =>
          tell(io, options, await api.call('PATCH /domains/:domain/rollout/criteria', { params, body })),
        )
      }),
    )
  await atRolloutDesk(io, options, 'write', async ({ rollout, publish }) => {
    const domain = readDomain(name)
    if ((await publish.get(domain)) === undefined) {
      errLine(io, `${domain} is not published here`)
      return io.end(exitCode.findings)
    }
    const { setCriteria } = await import('../publish/index.ts')
    tell(io, options, await setCriteria(rollout.rollouts, domain, changeOf(options)))
  })
}

/** What is not given stays as it is, or with `--defaults` goes back to the configuration. */
function changeOf(options: SetRolloutOptions): CriteriaChange {
  const usual = options.defaults === true ? null : undefined
  const { minDays = usual, minSessions = usual, minReporters = usual, autoAdvance: word } = options
  const autoAdvance = word === undefined ? usual : word === 'default' ? null : word === 'on'
  return { minDays, minSessions, minReporters, autoAdvance }
}

function tell(io: CommandIo, options: SetRolloutOptions, set: OwnCriteria): void {
  if (options.json === true) return outJson(io, set)
  const { domain, settings, autoAdvance } = set
  const told = Object.entries(settings).map(([key, value]) => `${key} ${value}`)
  const advance = autoAdvance === null ? 'as configured' : autoAdvance ? 'on' : 'off'
  io.out(
    `${domain}: ${told.length === 0 ? 'criteria as configured' : told.join(', ')}; automatic advance ${advance}.\n`,
  )
}
