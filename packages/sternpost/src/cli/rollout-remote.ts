import type { CallInput } from './api-client.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { readNameFor } from './read-name-for.ts'
import { withServer } from './remote.ts'
import { type OrderName, type OrderOptions, tellOrdered } from './rollout-orders.ts'
import { type SetRolloutOptions, settingsChangeOf, tellSettings } from './rollout-set.ts'
import { type StatusOptions, tellRollout } from './rollout-status.ts'
import type { ServerAddress } from './server-option.ts'

/** `rollout DOMAIN` by a daemon elsewhere. */
export async function showRolloutThere(
  io: CommandIo,
  options: StatusOptions,
  server: ServerAddress,
  name: string | undefined,
): Promise<void> {
  if (name === undefined || options.fresh === true) {
    const what = name === undefined ? 'a list of all roll-outs' : '--fresh'
    errLine(io, `${what} works on this machine only, and a daemon elsewhere is named`)
    return io.end(exitCode.usage)
  }
  const domain = readNameFor(io, name)
  if (domain === undefined) return
  await withServer(io, server, async api => {
    const rollout = await api.call('GET /domains/:domain/rollout', { params: { domain } })
    tellRollout(io, options, { ...rollout, domain })
  })
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
  await withServer(io, server, async api => {
    const { note, rollout } = await api.call('POST /domains/:domain/rollout', {
      params: { domain },
      body: bodyOf(order, options),
    })
    if (options.json === true) return outJson(io, rollout)
    tellOrdered(io, domain, note, { ...rollout, domain }, rollout.publication !== null)
  })
}

/** `rollout set` by a daemon elsewhere. */
export async function setRolloutThere(
  io: CommandIo,
  options: SetRolloutOptions,
  server: ServerAddress,
  name: string,
): Promise<void> {
  const domain = readNameFor(io, name)
  if (domain === undefined) return
  await withServer(io, server, async api => {
    const told = await api.call('PATCH /domains/:domain/rollout/settings', {
      params: { domain },
      body: { ...settingsChangeOf(options), ...(options.defaults === true ? { defaults: true } : {}) },
    })
    tellSettings(io, options, told)
  })
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
