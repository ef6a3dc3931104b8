import { atAccessDesk, needUser } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { formatTable } from './text-layout.ts'
import { tokenJson } from './user-json.ts'

/** `user token list`: which tokens there are, never what they are. */
export async function listTokens(
  io: CommandIo,
  options: GlobalOptions,
  userName: string | undefined,
): Promise<void> {
  await atAccessDesk(io, options, 'read', async desk => {
    const owner = userName === undefined ? undefined : await needUser(desk, userName)
    const names = new Map((await desk.users.list()).map(user => [user.userId, user.name]))
    const tokens = await desk.tokens.list(owner?.userId)
    const shown = tokens.map(token => tokenJson(token, names.get(token.userId) ?? ''))
    if (options.json === true) return outJson(io, { tokens: shown })
    if (shown.length === 0) return io.out('There is no token.\n')
    const lines = formatTable(
      [
        { title: 'Id', align: 'right' },
        { title: 'User', align: 'left' },
        { title: 'Name', align: 'left', flexible: true },
        { title: 'May', align: 'left', flexible: true },
        { title: 'Until', align: 'left' },
        { title: 'Used', align: 'left' },
      ],
      shown.map(({ id, user, name, scopes, expiresAt, lastUsedAt }) => [
        String(id),
        user,
        name,
        scopes.join(' '),
        expiresAt?.slice(0, 10) ?? 'always',
        lastUsedAt?.slice(0, 10) ?? 'never',
      ]),
    )
    io.out(`${lines.join('\n')}\n`)
  })
}
