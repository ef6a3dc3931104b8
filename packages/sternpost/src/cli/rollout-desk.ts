import type { Rollout, RolloutOptions } from '../publish/index.ts'
import type { CommandIo, GlobalOptions } from './command-io.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'

/** What a command about roll-outs works with. */
export interface RolloutDesk extends PublishDesk {
  readonly rollout: Rollout
  readonly settings: RolloutOptions['settings']
  readonly sources: RolloutOptions['sources']
  /** Who gives the order, for the history. */
  readonly by: string
}

/** Runs a command on the roll-outs of the configuration's database, beside a daemon or without one. */
export async function atRolloutDesk(
  io: CommandIo,
  options: GlobalOptions,
  access: 'read' | 'write',
  work: (desk: RolloutDesk) => Promise<void>,
  onProgress?: RolloutOptions['onProgress'],
): Promise<void> {
  await atPublishDesk(io, options, access, async desk => {
    const { config, clock, store } = desk
    const [
      { createOutside, createPublishOutside },
      { createRecordHands, createRollout, executorName },
      { createLogger },
    ] = await Promise.all([
      import('../daemon/index.ts'),
      import('../publish/index.ts'),
      import('../log/index.ts'),
    ])
    const { dns, fetcher } = createOutside(config, clock.now)
    try {
      const outside = await createPublishOutside({ config, dns, fetcher, store, clock, env: io.env })
      const { records, sources, rolloutSettings } = outside
      const rollout = createRollout({
        name: executorName('command'),
        settings: rolloutSettings,
        store,
        sources,
        records: createRecordHands({
          publish: desk.publish,
          ...records,
          settings: config.publish.dns,
          clock,
        }),
        clock,
        random: Math.random,
        log: createLogger({ level: 'silent', format: 'text' }, { isTerminal: false, color: false }),
        ...(onProgress === undefined ? {} : { onProgress }),
      })
      await work({ ...desk, rollout, settings: rolloutSettings, sources, by: orderer(io) })
    } finally {
      dns.close()
    }
  })
}

/** The person behind the command, as far as the system tells. */
export function orderer({ env }: CommandIo): string {
  const user = env.SUDO_USER ?? env.USER ?? env.LOGNAME
  return user === undefined || user === '' ? 'cli' : `cli:${user.slice(0, 64)}`
}
