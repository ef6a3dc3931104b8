import type { Role, UserChange } from '../access/index.ts'
import { AccessOrderError, atAccessDesk, needUser } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { readNewPassword } from './read-new-password.ts'
import { domainWords, userJson } from './user-json.ts'

export interface SetUserOptions extends GlobalOptions {
  readonly role?: Role
  readonly domain?: readonly string[]
  readonly allDomains?: boolean
  readonly password?: boolean
  readonly passwordStdin?: boolean
}

/** `user set`: changes what somebody may do, or the password. */
export async function setUser(io: CommandIo, options: SetUserOptions, name: string): Promise<void> {
  await atAccessDesk(io, options, 'write', async desk => {
    const { users, audit } = desk
    const { role, domain, allDomains, password, passwordStdin } = options
    if (domain !== undefined && allDomains === true)
      throw new AccessOrderError('--domain and --all-domains do not go together')
    const domains = allDomains === true ? 'all' : domain
    const change: UserChange = {
      ...(role === undefined ? {} : { role }),
      ...(domains === undefined ? {} : { domains }),
    }
    const isRights = Object.keys(change).length > 0
    const isPassword = password === true || passwordStdin === true
    if (!isRights && !isPassword)
      throw new AccessOrderError('say what to change: --role, --domain, --all-domains or --password')
    const { userId, name: folded } = await needUser(desk, name)
    const text = isPassword ? await readNewPassword(io, passwordStdin === true) : undefined
    if (isRights) {
      await users.update(userId, change)
      await audit('user.set', folded, change)
    }
    if (text !== undefined) {
      await users.setPassword(userId, text)
      await audit('user.password', folded)
    }
    const user = await needUser(desk, folded)
    if (options.json === true) return outJson(io, userJson(user))
    const ended = text === undefined ? '' : ' The password is new, and all sessions have ended.'
    io.out(`${user.name}: ${user.role}, domains: ${domainWords(user.domains)}.${ended}\n`)
  })
}
