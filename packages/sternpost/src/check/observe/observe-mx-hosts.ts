import { type DnsLookup, lookupReverse } from '@sternpost/network'
import type { NextHopObservation } from '@sternpost/protocol'
import type { CheckEyes } from '../check-eyes.ts'
import type { SeenMxAddress, SeenMxHost } from '../observation.ts'
import type { CheckDeadline } from './check-deadline.ts'
import type { ObservedParts } from './observed-parts.ts'

/** A domain with 200 MX records must not have us open 200 connections. */
const MAX_PROBED_HOSTS = 16
const MAX_PROBED_ADDRESSES = 32
const MAX_ADDRESSES_OF_A_HOST = 8

interface Target {
  readonly mxHost: string
  readonly preference: number
  readonly addresses: readonly string[]
}

/** Connects to every address of every MX host, in order of preference as far as the limits go. */
export async function observeMxHosts(
  nextHop: NextHopObservation,
  dns: DnsLookup,
  eyes: CheckEyes,
  deadline: CheckDeadline,
  parts: Pick<ObservedParts, 'begin' | 'endHost'>,
): Promise<readonly SeenMxHost[]> {
  if (!('hosts' in nextHop)) return []
  const targets = await Promise.all(
    nextHop.hosts.map(async ({ mxHost, preference, addresses }): Promise<Target> => {
      if (addresses.kind !== 'found') return { mxHost, preference, addresses: [] }
      // The same questions as before: the recorded answers come back.
      const [a, aaaa] = await Promise.all([dns.lookup(mxHost, 'A'), dns.lookup(mxHost, 'AAAA')])
      const found = [a, aaaa].flatMap(answer => (answer.kind === 'records' ? answer.records : []))
      return { mxHost, preference, addresses: found }
    }),
  )
  let left = MAX_PROBED_ADDRESSES
  return Promise.all(
    targets.map(async ({ mxHost, preference, addresses }, index): Promise<SeenMxHost> => {
      const wanted = index < MAX_PROBED_HOSTS ? Math.min(addresses.length, MAX_ADDRESSES_OF_A_HOST, left) : 0
      left -= wanted
      if (wanted < addresses.length) {
        deadline.note(`${addresses.length - wanted} of ${addresses.length} addresses of ${mxHost}`)
      }
      if (wanted > 0) parts.begin('mx-host', mxHost)
      const seen = addresses.map(async (address, place): Promise<SeenMxAddress> => {
        if (place >= wanted) return { address, smtp: null }
        const probe = eyes.prober.probe({ mxHost, address, signal: deadline.signal })
        const [smtp] = await Promise.all([
          deadline.within(`port 25 of ${mxHost} at ${address}`, probe, () => null),
          lookupReverse(dns, address),
        ])
        return { address, smtp }
      })
      const host = { mxHost, preference, addresses: await Promise.all(seen) }
      if (wanted > 0) parts.endHost(host)
      return host
    }),
  )
}

/** Whether any address did more than not to answer. */
export function someHostAnswered(hosts: readonly SeenMxHost[]): boolean {
  return hosts.some(host => host.addresses.some(({ smtp }) => smtp?.connectMs !== undefined))
}

/** Whether there was an address to try, and a try was made. */
export function someHostTried(hosts: readonly SeenMxHost[]): boolean {
  return hosts.some(host =>
    host.addresses.some(({ smtp }) => smtp !== null && smtp.fault?.code !== 'smtp/address-refused'),
  )
}
