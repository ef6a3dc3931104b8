import { cacheHorizon, describeHorizon, removeByForce } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { orderer } from './rollout-desk.ts'
import { wrapText } from './text-layout.ts'

export interface RemoveOptions extends GlobalOptions {
  readonly force?: string
}

/** `domain remove`: refuses as long as the removal could stop mail. */
export async function removeDomain(io: CommandIo, options: RemoveOptions, name: string): Promise<void> {
  await atPublishDesk(io, options, 'write', desk => removeAt(desk, io, options, name))
}

async function removeAt(
  { publish, clock, store }: PublishDesk,
  io: CommandIo,
  { force, json }: RemoveOptions,
  name: string,
): Promise<void> {
  const domain = readDomain(name)
  if (force !== undefined && force.trim() === '') throw new WishError('--force needs a reason in words')
  const stored = await publish.get(domain)
  if (stored === undefined) {
    errLine(io, `${domain} is not published here`)
    return io.end(exitCode.findings)
  }
  const now = clock.now()
  const horizon = cacheHorizon(await publish.versions(domain), now)
  const words = describeHorizon(horizon, now)
  if (horizon.enforceForgottenAt !== undefined && force === undefined) {
    errLine(
      io,
      `${domain} stays: ${words}. Until then a sender that finds no policy goes by the one it holds, and mail to a new MX host would not be delivered (RFC 8461 §8.3). The safe way: ${io.invokedAs} rollout exit ${domain}; without it: --force "reason"`,
    )
    return io.end(exitCode.findings)
  }
  if (force === undefined) await publish.remove(domain)
  else await removeByForce(store, clock, domain, { by: orderer(io), reason: force.trim() })
  if (json === true) return outJson(io, { domain, removed: true, forced: force ?? null, horizon: words })
  io.out(
    `${[
      `${domain} is removed${force === undefined ? '' : `, by force: ${force}`}; the history of its policies stays.`,
      ...(force === undefined ? [] : wrapText(`Mind that ${words}.`)),
      ...wrapText(
        `Take these records out of DNS, if they are still there: _mta-sts.${domain}, mta-sts.${domain}, and _smtp._tls.${domain} unless TLS reports are still wanted.`,
      ),
    ].join('\n')}\n`,
  )
}
