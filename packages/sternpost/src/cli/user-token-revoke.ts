import { AccessOrderError, atAccessDesk } from './access-desk.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'

/** `user token revoke`: ends a token at once. */
export async function revokeToken(io: CommandIo, options: GlobalOptions, text: string): Promise<void> {
  await atAccessDesk(io, options, 'write', async ({ tokens, audit }) => {
    if (!/^[1-9][0-9]{0,14}$/.test(text))
      throw new AccessOrderError(`${JSON.stringify(text)} is no number of a token; see user token list`)
    const id = Number(text)
    if (!(await tokens.revoke(id))) {
      errLine(io, `there is no token ${id}`)
      return io.end(exitCode.findings)
    }
    await audit('token.revoke', String(id))
    if (options.json === true) return outJson(io, { id, revoked: true })
    io.out(`Token ${id} works no more.\n`)
  })
}
