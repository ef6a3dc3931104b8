import type { Role } from '../access/index.ts'
import { atAccessDesk } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { readNewPassword } from './read-new-password.ts'
import { domainWords, userJson } from './user-json.ts'

export interface AddUserOptions extends GlobalOptions {
  readonly role: Role
  readonly domain?: readonly string[]
  readonly passwordStdin?: boolean
  /** False after `--no-password`. */
  readonly password: boolean
}

/** `user add`: adds somebody who may sign in. */
export async function addUser(io: CommandIo, options: AddUserOptions, name: string): Promise<void> {
  await atAccessDesk(io, options, 'write', async ({ users, audit }) => {
    const { role, domain = 'all' } = options
    const password = options.password ? await readNewPassword(io, options.passwordStdin === true) : undefined
    const user = await users.add({ name, password, role, domains: domain })
    await audit('user.add', user.name, { role, domains: user.domains })
    if (options.json === true) return outJson(io, userJson(user))
    const way = user.hasPassword ? 'a password' : 'OpenID Connect'
    io.out(`${user.name} may sign in with ${way}: ${user.role}, domains: ${domainWords(user.domains)}.\n`)
  })
}
