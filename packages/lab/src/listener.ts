import type { AddressInfo, Server, Socket } from 'node:net'

/** Where a lab server listens. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** Starts a server and says where it listens. Errors: the system's, e.g. `EADDRINUSE`. */
export function listen(server: Server, address: string, port: number): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.removeListener('error', reject)
      const bound = server.address() as AddressInfo
      resolve({ address: bound.address, port: bound.port })
    })
  })
}

/** Keeps count of open sockets, so that a server full of hanging connections can still be closed at once. */
export class SocketSet {
  readonly #sockets = new Set<Socket>()

  add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    // A client that resets is part of the play; without a listener it would end the process.
    socket.on('error', () => {})
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** Closes a server and every connection in `sockets`. */
export function closeServer(server: Server, sockets: SocketSet): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    sockets.destroyAll()
  })
}
