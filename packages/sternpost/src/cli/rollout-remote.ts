import type { CallInput } from './api-client.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { readNameFor } from './read-name-for.ts'
import { withServer } from './remote.ts'
import { type OrderName, type OrderOptions, tellOrdered } from './rollout-orders.ts'
import { type StatusOptions, tellRollout } from './rollout-status.ts'
import { sayRefused } from './say-refused.ts'
import type { ServerAddress } from './server-option.ts'

/** `rollout DOMAIN` by a daemon elsewhere. */
export async function showRolloutThere(
  io: CommandIo,
  options: StatusOptions,
  server: ServerAddress,
  name: string,
): Promise<void> {
  const domain = readNameFor(io, name)
  if (domain === undefined) return
  await withServer(io, server, api =>
    sayRefused(io, async () => {
      const params = { domain }
      const rollout =
        options.fresh === true
          ? await api.call('POST /domains/:domain/rollout/judge', { params })
          : await api.call('GET /domains/:domain/rollout', { params })
      tellRollout(io, options, { ...rollout, domain })
    }),
  )
}

/** An order by a daemon elsewhere, which goes on with it. */
export async function giveOrderThere(
  io: CommandIo,
  options: OrderOptions,
  server: ServerAddress,
  name: string,
  order: OrderName | 'continue',
): Promise<void> {
  const domain = readNameFor(io, name)
  if (domain === undefined) return
  if (options.override?.trim() === '') {
    errLine(io, '--override needs a reason in words')
    return io.end(exitCode.usage)
  }
  await withServer(io, server, api =>
    sayRefused(io, async () => {
      const { note, rollout } = await api.call('POST /domains/:domain/rollout', {
        params: { domain },
        body: bodyOf(order, options),
      })
      if (options.json === true) return outJson(io, rollout)
      tellOrdered(io, domain, note, { ...rollout, domain }, rollout.publication !== null)
    }),
  )
}

type Body = NonNullable<CallInput<'POST /domains/:domain/rollout'>['body']>

function bodyOf(order: OrderName | 'continue', { reason, override, to }: OrderOptions): Body {
  const why = reason === undefined ? {} : { reason }
  switch (order) {
    case 'advance':
      return { order, ...why, ...(override === undefined ? {} : { override }) }
    case 'rollback':
      return { order, to: to ?? 'testing', ...why }
    case 'continue':
      return { order }
    default:
      return { order, ...why }
  }
}
