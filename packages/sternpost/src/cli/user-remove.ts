import { atAccessDesk, needUser } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'

/** `user remove`: ends somebody's right to come in, at once. */
export async function removeUser(io: CommandIo, options: GlobalOptions, name: string): Promise<void> {
  await atAccessDesk(io, options, 'write', async desk => {
    const user = await needUser(desk, name)
    await desk.users.remove(user.userId)
    await desk.audit('user.remove', user.name)
    if (options.json === true) return outJson(io, { name: user.name, removed: true })
    io.out(`${user.name} is removed; all sessions and tokens have ended.\n`)
  })
}
