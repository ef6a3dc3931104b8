import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

export interface DeafListener {
  readonly port: number
  close(): Promise<void>
}

const source = `
  const { createServer } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const server = createServer()
  server.listen({ host: workerData.address, port: workerData.port, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    // Blocks this thread, so that nothing is ever accepted.
    Atomics.wait(new Int32Array(workerData.lock), 0, 0)
    server.close()
  })
`

/** A port on which connecting never ends: it listens, its queue is full and nobody takes from it. */
export async function startDeafListener(address: string, port = 0): Promise<DeafListener> {
  const lock = new SharedArrayBuffer(4)
  const worker = new Worker(source, { eval: true, workerData: { address, port, lock } })
  const [listening] = (await once(worker, 'message')) as [number]
  const fillers: Socket[] = []
  // The queue holds one or two more than the backlog says; a connection that does not stand shows it is full.
  for (let full = false; !full; ) {
    const socket = connect({ host: address, port: listening })
    socket.on('error', () => {})
    fillers.push(socket)
    full = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>(resolve => setTimeout(() => resolve(true), 300)),
    ])
  }
  return {
    port: listening,
    async close() {
      for (const socket of fillers) socket.destroy()
      Atomics.store(new Int32Array(lock), 0, 1)
      Atomics.notify(new Int32Array(lock), 0)
      await worker.terminate()
    },
  }
}
