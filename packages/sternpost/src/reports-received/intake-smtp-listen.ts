import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { ListenError } from '../listen-error.ts'

/** Where mail is taken; `text` is as the configuration has it. */
export type IntakeListener =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }

/** Like a port on loopback: every user of the machine may hand mail over. */
const UNIX_MODE = 0o666

export class IntakeListenError extends ListenError {
  constructor(cause: unknown, listener: IntakeListener | undefined, setting: string) {
    super(cause, listener?.text ?? 'any address', setting)
  }
}

/**
 * Binds a server and answers where it listens in truth.
 *
 * Effects: takes the place of a unix socket that nobody listens on any more. Errors: `ListenError`.
 */
export async function bindListener(server: Server, listener: IntakeListener): Promise<string> {
  try {
    if (listener.kind === 'tcp') await listen(server, { host: listener.host, port: listener.port })
    else {
      await removeStale(listener.path)
      await listen(server, { path: listener.path })
      await chmod(listener.path, UNIX_MODE)
    }
  } catch (error) {
    throw new IntakeListenError(error, listener, 'reportsReceived.smtp.listen')
  }
  const address = server.address()
  if (address === null || typeof address === 'string') return listener.text
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}

function listen(server: Server, where: { host?: string; port?: number; path?: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || !found.isSocket()) return
  const isServed = await new Promise<boolean>(resolve => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (!isServed) await unlink(path)
}
