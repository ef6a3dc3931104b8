import { createServer, type Server } from 'node:net'
import { listen } from './listener.ts'

/** Hands out loopback addresses of 127.77.0.0/16 that no other lab on this machine uses. */
export interface AddressPool {
  next(): Promise<string>
  /** Gives all addresses back. */
  release(): Promise<void>
}

const BLOCKS = 256
const ADDRESSES_PER_BLOCK = 254
/** Who listens here on the first address of a block owns the block: a lock that ends with its process. */
const LOCK_PORT = 10_077

/**
 * Makes a pool.
 *
 * Shape: addresses come block by block (127.77.n.0/24); which block is free depends on the other labs that run.
 */
export function createAddressPool(): AddressPool {
  const locks: Server[] = []
  let block = -1
  let used = ADDRESSES_PER_BLOCK
  let queue: Promise<unknown> = Promise.resolve()

  async function claimBlock(): Promise<void> {
    // Labs of parallel processes start looking at different places.
    const start = block === -1 ? process.pid : block + 1
    for (let tried = 0; tried < BLOCKS; tried += 1) {
      const candidate = (start + tried) % BLOCKS
      const lock = createServer(socket => socket.destroy())
      try {
        await listen(lock, `127.77.${candidate}.1`, LOCK_PORT)
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') continue
        throw error
      }
      lock.unref()
      locks.push(lock)
      block = candidate
      used = 0
      return
    }
    throw new Error('every block of 127.77.0.0/16 is taken by another lab')
  }

  async function take(): Promise<string> {
    if (used === ADDRESSES_PER_BLOCK) await claimBlock()
    used += 1
    return `127.77.${block}.${used}`
  }

  return {
    next() {
      const address = queue.then(take)
      queue = address.catch(() => {})
      return address
    },
    async release() {
      await queue
      await Promise.all(locks.splice(0).map(lock => new Promise(resolve => lock.close(resolve))))
      block = -1
      used = ADDRESSES_PER_BLOCK
    },
  }
}
