import type { RolloutsJson } from '../publish/index.ts'
import { type CommandIo, outJson } from './command-io.ts'
import { WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { withServer } from './remote.ts'
import { atRolloutDesk } from './rollout-desk.ts'
import type { StatusOptions } from './rollout-status.ts'
import { sayWishErrors } from './say-wish-errors.ts'
import { serverOf } from './server-option.ts'
import { formatTable, plural, wrapText } from './text-layout.ts'

const DEFAULT_LIMIT = 50

/** `rollout`: a page of all domains, and how many are at which stage. */
export async function showRollouts(io: CommandIo, options: StatusOptions): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined)
    return await withServer(io, server, api =>
      sayWishErrors(io, async () => {
        const { stage, alarms, ...page } = await readOptions(options)
        const query = { ...page, stage, alarms: alarms ? ('true' as const) : ('false' as const) }
        tell(io, options, await api.call('GET /rollouts', { query }))
      }),
    )
  await atRolloutDesk(io, options, 'read', async ({ rollout, clock }) => {
    const { listRollouts } = await import('../publish/index.ts')
    tell(io, options, await listRollouts(rollout, clock, await readOptions(options)))
  })
}

async function readOptions({ stage: word, alarms = false, after, limit = DEFAULT_LIMIT }: StatusOptions) {
  const { rolloutStages } = await import('../publish/index.ts')
  const stage = rolloutStages.find(each => each === word)
  if (word !== undefined && stage === undefined)
    throw new WishError(`there is no stage ${word}; it is one of ${rolloutStages.join(', ')}`)
  return { stage, alarms, after, limit }
}

/** An alarm is a finding. */
function tell(io: CommandIo, options: StatusOptions, found: RolloutsJson): void {
  if (found.alarms > 0) io.end(exitCode.findings)
  if (options.json === true) return outJson(io, found)
  const { domains, byStage, alarms, next, daemonRuns } = found
  const total = Object.values(byStage).reduce((sum, count) => sum + count, 0)
  if (total === 0) return io.out('No roll-out has begun.\n')
  const stages = Object.entries(byStage).map(([stage, count]) => `${count} ${stage}`)
  io.out(
    `${[
      ...wrapText(`${plural(total, 'domain')}: ${stages.join(', ')}; ${plural(alarms, 'alarm')}.`),
      '',
      ...overviewTable(domains),
      ...(next === null ? [] : ['', `More: add --after ${next}`]),
      ...(daemonRuns
        ? []
        : ['', ...wrapText(`No daemon runs on this database: start ${io.invokedAs} serve.`)]),
    ].join('\n')}\n`,
  )
}

function overviewTable(page: RolloutsJson['domains']): string[] {
  return formatTable(
    [
      { title: 'Domain', align: 'left' },
      { title: 'Stage', align: 'left' },
      { title: 'Since', align: 'left' },
      { title: 'Alarm', align: 'left', flexible: true },
    ],
    page.map(({ domain, stage, stageSince, alarm }) => [
      domain,
      stage,
      stageSince.slice(0, 10),
      alarm?.message ?? '',
    ]),
  )
}
