import { describeHorizon } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { atDomainDesk, type DomainDesk } from './domain-desk.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { wrapText } from './text-layout.ts'

export interface RemoveOptions extends GlobalOptions {
  readonly force?: string
}

/** `domain remove`: refuses as long as the removal could stop mail. */
export async function removeDomain(io: CommandIo, options: RemoveOptions, name: string): Promise<void> {
  await atDomainDesk(io, options, 'write', desk => removeAt(desk, io, options, name))
}

async function removeAt(
  desk: DomainDesk,
  io: CommandIo,
  { force, json }: RemoveOptions,
  name: string,
): Promise<void> {
  const domain = readDomain(name)
  if (force !== undefined && force.trim() === '') throw new WishError('--force needs a reason in words')
  const known = await desk.find(domain)
  if (typeof known === 'string') {
    errLine(io, `${domain} is not published here`)
    return io.end(exitCode.findings)
  }
  const words = describeHorizon(known, desk.now())
  if (known.enforceForgottenAt !== undefined && force === undefined) {
    errLine(
      io,
      `${domain} stays: ${words}. Until then a sender that finds no policy goes by the one it holds, and mail to a new MX host would not be delivered (RFC 8461 §8.3). The safe way: ${io.invokedAs} rollout exit ${domain}; without it: --force "reason"`,
    )
    return io.end(exitCode.findings)
  }
  await desk.remove(domain, force?.trim())
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
