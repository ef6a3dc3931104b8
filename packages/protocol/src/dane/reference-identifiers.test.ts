import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/dane/reference-identifiers.json' with { type: 'json' }
import type { DomainName } from '../names/domain-name.ts'
import { type DaneServerIdentity, daneReferenceIdentifiers } from './reference-identifiers.ts'

describe('daneReferenceIdentifiers: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const identity: DaneServerIdentity = {
      tlsaBaseDomain: input.tlsaBaseDomain as DomainName,
      route: input.route as DaneServerIdentity['route'],
      mxDnssec: input.mxDnssec as DaneServerIdentity['mxDnssec'],
      nextHopDomain: input.nextHopDomain as DomainName,
      canonicalNextHopDomain: input.canonicalNextHopDomain as DomainName,
    }
    expect(daneReferenceIdentifiers(identity)).toEqual(expected.value)
  })
})
