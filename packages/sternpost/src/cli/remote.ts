import { ApiClient } from './api-client.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { ServerError } from './server-error.ts'
import type { ServerAddress } from './server-option.ts'

/** Does work by a daemon elsewhere; what it refuses is said on standard error, and the command ends accordingly. */
export async function withServer(
  io: CommandIo,
  server: ServerAddress,
  work: (api: ApiClient) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await work(new ApiClient(server, signal))
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    errLine(io, error.message)
    io.end(error.exitCode)
  }
}
