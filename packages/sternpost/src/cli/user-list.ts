import { atAccessDesk } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { formatTable } from './text-layout.ts'
import { domainWords, userJson } from './user-json.ts'

/** `user list`: who may sign in. */
export async function listUsers(io: CommandIo, options: GlobalOptions): Promise<void> {
  await atAccessDesk(io, options, 'read', async ({ users }) => {
    const found = await users.list()
    if (options.json === true) return outJson(io, { users: found.map(userJson) })
    if (found.length === 0)
      return io.out(`There is no user yet. The first: ${io.invokedAs} user add NAME --role admin\n`)
    const lines = formatTable(
      [
        { title: 'Name', align: 'left', flexible: true },
        { title: 'Role', align: 'left' },
        { title: 'Domains', align: 'left', flexible: true },
        { title: 'Signs in by', align: 'left' },
      ],
      found.map(({ name, role, domains, hasPassword }) => [
        name,
        role,
        domainWords(domains),
        hasPassword ? 'password' : 'OpenID Connect',
      ]),
    )
    io.out(`${lines.join('\n')}\n`)
  })
}
