import { AccessOrderError } from './access-desk.ts'
import type { CommandIo } from './command-io.ts'

/** Asks for a new password twice, or takes it from standard input. Errors: `AccessOrderError`. */
export async function readNewPassword(io: CommandIo, isPiped: boolean): Promise<string> {
  if (isPiped) return io.readLine()
  const password = await io.askHidden('New password')
  if (password === undefined)
    throw new AccessOrderError('nobody can be asked for a password here; pipe it in with --password-stdin')
  if ((await io.askHidden('Once more')) !== password)
    throw new AccessOrderError('the two passwords are not the same; nothing was changed')
  return password
}
