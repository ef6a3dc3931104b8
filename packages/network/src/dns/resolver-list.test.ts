import { describe, expect, it } from 'vitest'
import { createResolverList, type ResolverListOptions } from './resolver-list.ts'

const silent = { query: async () => ({ kind: 'timeout' as const }), close() {} }

function list(addresses: readonly string[], options: Partial<ResolverListOptions> = {}) {
  const clock = { now: 0 }
  const resolvers = createResolverList({
    addresses: addresses.map(address => ({ transport: 'udp', address, port: 53 })),
    source: 'options',
    trustAd: 'loopback',
    elapsedMs: () => clock.now,
    makeTransports: () => ({ transport: silent, tcp: null }),
    ...options,
  })
  const order = () => resolvers.order().map(({ address }) => address.address)
  const at = (index: number) => {
    const resolver = resolvers.all[index]
    if (resolver === undefined) throw new Error('no such resolver')
    return resolver
  }
  return { resolvers, order, at, clock }
}

describe('resolver list', () => {
  it('passes over untrusted resolvers while a trusted one is known', () => {
    expect(list(['192.0.2.1', '127.0.0.1', '::1']).order()).toEqual(['127.0.0.1', '::1'])
  })

  it('uses untrusted ones where there is nothing else', () => {
    const { order, resolvers } = list(['192.0.2.1', '192.0.2.2'])
    expect(order()).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(resolvers.all.every(({ trusted }) => !trusted)).toBe(true)
  })

  it('trusts all when they are declared trusted', () => {
    expect(list(['192.0.2.1', '127.0.0.1'], { trustAd: 'always' }).order()).toEqual([
      '192.0.2.1',
      '127.0.0.1',
    ])
  })

  it('trusts those named, in whatever spelling, beside loopback', () => {
    const { order } = list(['192.0.2.1', '2001:db8::53', '127.0.0.1'], { trustAd: ['2001:0DB8:0::53'] })
    expect(order()).toEqual(['2001:db8::53', '127.0.0.1'])
  })

  it('does not take the relay of a container for a resolver on this machine', () => {
    expect(list(['127.0.0.11'], { source: 'resolv.conf' }).at(0).trusted).toBe(false)
    expect(list(['127.0.0.11']).at(0).trusted).toBe(true)
    expect(list(['127.0.0.53'], { source: 'resolv.conf' }).at(0).trusted).toBe(true)
  })

  it('sends a resolver that fails twice to the end for 30 seconds, then tries it with one question', () => {
    const { resolvers, order, at, clock } = list(['127.0.0.1', '127.0.0.2'])
    resolvers.failed(at(0))
    expect(order()).toEqual(['127.0.0.1', '127.0.0.2'])
    resolvers.failed(at(0))
    expect(order()).toEqual(['127.0.0.2', '127.0.0.1'])
    clock.now = 30_000
    expect(order()).toEqual(['127.0.0.1', '127.0.0.2'])
    expect(order()).toEqual(['127.0.0.2', '127.0.0.1'])
    resolvers.succeeded(at(0))
    expect(order()).toEqual(['127.0.0.1', '127.0.0.2'])
  })

  it('leaves out a resolver that does not validate while another is left', () => {
    const { resolvers, order, at } = list(['127.0.0.1', '127.0.0.2'])
    resolvers.setValidates(at(0), false)
    expect(order()).toEqual(['127.0.0.2'])
    resolvers.setValidates(at(1), false)
    expect(order()).toEqual(['127.0.0.1', '127.0.0.2'])
    resolvers.setValidates(at(0), true)
    expect(order()).toEqual(['127.0.0.1'])
  })
})
