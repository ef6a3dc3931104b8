import { once } from 'node:events'
import { connect } from 'node:net'
import type { DnsLookup } from '@sternpost/network'

const CONNECT_TIMEOUT_MS = 5_000

/** Whether a connection to any of these hosts comes about; it is closed again at once. */
export async function reachesAny(dns: DnsLookup, hosts: readonly string[], port: number): Promise<boolean> {
  const limit = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  const reached = await Promise.all(
    hosts.map(async host => {
      const answer = await dns.lookup(host, 'A')
      const [address] = answer.kind === 'records' ? answer.records : []
      return address !== undefined && (await accepts(address, port, limit))
    }),
  )
  return reached.includes(true)
}

async function accepts(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host, port })
  // The wait below tells; without a listener of its own a late error would end the process.
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', { signal })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
