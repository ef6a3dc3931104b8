import { describe, expect, it } from 'vitest'
import type { DomainName } from '../names/domain-name.ts'
import { decideDaneProtection } from './dane-protection.ts'
import type { HostObservation, NextHopObservation } from './observation.ts'

const name = (text: string) => text as DomainName
const record = {
  usage: 'DANE-EE',
  selector: 'SPKI',
  matchingType: 'SHA2-256',
  data: new Uint8Array(32),
} as const

function host(mxHost: string, parts: Partial<HostObservation> = {}): HostObservation {
  return {
    mxHost: name(mxHost),
    preference: 10,
    addresses: { kind: 'found', dnssec: 'secure', canonicalName: name(mxHost) },
    tlsa: { kind: 'none' },
    ...parts,
  }
}

function signed(...hosts: HostObservation[]): NextHopObservation {
  return { route: 'mx', nextHopDomain: name('example.com'), port: 25, mxDnssec: 'secure', hosts }
}

describe('what DANE says, host by host', () => {
  it('assesses each host on its own and says why', () => {
    const tlsa = { kind: 'secure', tlsaBaseDomain: name('mx1.example.com') } as const
    const { kind, hosts } = decideDaneProtection(
      signed(
        host('mx1.example.com', { tlsa: { ...tlsa, records: [record, { ...record, usage: 'PKIX-EE' }] } }),
        host('mx2.example.com', { tlsa: { ...tlsa, records: [{ ...record, usage: 'PKIX-EE' }] } }),
        host('mx3.example.com'),
        host('mx4.example.com', { addresses: { kind: 'none' } }),
        host('mx5.example.com', { addresses: { kind: 'failure', reason: 'SERVFAIL' } }),
        host('mx6.example.com', { tlsa: { kind: 'failure', reason: 'timeout' } }),
        host('mx7.example.com', { tlsa: { kind: 'not-asked' } }),
      ),
    )
    expect(kind).toBe('partial')
    expect(hosts).toEqual([
      {
        mxHost: 'mx1.example.com',
        protection: 'authenticated',
        reason: '1 of 2 TLSA records at mx1.example.com usable',
      },
      {
        mxHost: 'mx2.example.com',
        protection: 'encrypted',
        reason: 'none of 1 TLSA records at mx1.example.com is usable',
      },
      { mxHost: 'mx3.example.com', protection: 'none', reason: 'it has no TLSA records' },
      { mxHost: 'mx4.example.com', protection: 'unreachable', reason: 'it has no address' },
      { mxHost: 'mx5.example.com', protection: 'unknown', reason: 'address lookup failed: SERVFAIL' },
      { mxHost: 'mx6.example.com', protection: 'unknown', reason: 'TLSA lookup failed: timeout' },
      { mxHost: 'mx7.example.com', protection: 'none', reason: 'its addresses are not signed' },
    ])
  })

  it('names the host that keeps DANE from covering the domain', () => {
    const tlsa = { kind: 'secure', tlsaBaseDomain: name('mx1.example.com'), records: [record] } as const
    const { reason } = decideDaneProtection(
      signed(
        host('mx1.example.com', { tlsa }),
        host('mx2.example.com', { addresses: { kind: 'none' } }),
        host('mx3.example.com'),
      ),
    )
    expect(reason).toBe('MX host mx3.example.com is not covered: it has no TLSA records')
  })

  it('names the failure where no host could be looked up', () => {
    const { kind, reason } = decideDaneProtection(
      signed(host('mx1.example.com', { tlsa: { kind: 'failure', reason: 'bogus' } })),
    )
    expect(kind).toBe('unknown')
    expect(reason).toContain('mx1.example.com: TLSA lookup failed: bogus')
  })
})
