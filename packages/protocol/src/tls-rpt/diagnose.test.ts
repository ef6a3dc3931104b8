import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { protocolIssues } from '../issues.ts'
import { type DiagnosisInput, diagnoseFailure, type FailureSighting, failureClassOf } from './diagnose.ts'
import { resultTypes } from './result-type.ts'

function sighting(more: Partial<FailureSighting> = {}): FailureSighting {
  return {
    organization: 'Sender One',
    sendingNetwork: '192.0.2.0/24',
    receivingIp: '198.51.100.1',
    failedSessionCount: 10,
    firstDay: '2026-03-01',
    lastDay: '2026-03-02',
    reasonCodes: [],
    ...more,
  }
}

const good = (organization: string, successfulSessionCount = 100) => ({
  organization,
  successfulSessionCount,
  failedSessionCount: 0,
})
const bad = (organization: string, failedSessionCount = 10) => ({
  organization,
  successfulSessionCount: 0,
  failedSessionCount,
})

function diagnose(more: Partial<DiagnosisInput>) {
  return diagnoseFailure({
    resultType: 'starttls-not-supported',
    mxHost: 'mx.example.com',
    sightings: [sighting()],
    reporters: [bad('Sender One')],
    ...more,
  })
}

describe('STARTTLS missing', () => {
  test('for one reporter while others deliver is a possible downgrade, said with doubt', () => {
    const diagnosis = diagnose({
      reporters: [bad('Sender One'), good('Sender Two'), good('Sender Three', 1)],
    })
    expect(diagnosis).toMatchObject({
      likelyCause: 'possible-downgrade',
      confidence: 'possible',
      findingCode: 'tls-rpt/possible-downgrade',
    })
    expect(diagnosis.evidence).toContain(
      'In the same days Sender Three and Sender Two saw 101 good sessions and not this failure.',
    )
    expect(diagnosis.evidence).toContain('All of it comes from the network 192.0.2.0/24.')
    expect(diagnosis.doubt).toContain('may have used another MX host')
    expect(diagnosis.doubt).toContain('firewall')
  })

  test('for two reporters of one network while others deliver is a possible downgrade', () => {
    const diagnosis = diagnose({
      sightings: [sighting(), sighting({ organization: 'Sender Two' })],
      reporters: [bad('Sender One'), bad('Sender Two'), good('Sender Three')],
    })
    expect(diagnosis.likelyCause).toBe('possible-downgrade')
  })

  test('for reporters in several networks is our misconfiguration', () => {
    const sightings = [sighting(), sighting({ organization: 'Sender Two', sendingNetwork: '203.0.113.0/24' })]
    const several = diagnose({ sightings, reporters: [bad('Sender One'), bad('Sender Two'), good('Three')] })
    expect(several).toMatchObject({ likelyCause: 'our-misconfiguration', confidence: 'likely' })
    const all = diagnose({ sightings, reporters: [bad('Sender One'), bad('Sender Two')] })
    expect(all).toMatchObject({ likelyCause: 'our-misconfiguration', confidence: 'very likely' })
  })

  test('reporters without a known network are not taken for one network', () => {
    const diagnosis = diagnose({
      sightings: [
        sighting({ sendingNetwork: undefined }),
        sighting({ organization: 'Sender Two', sendingNetwork: undefined }),
      ],
      reporters: [bad('Sender One'), bad('Sender Two'), good('Sender Three')],
    })
    expect(diagnosis.likelyCause).toBe('our-misconfiguration')
  })

  test('for the only reporter is never more than possible', () => {
    const diagnosis = diagnose({})
    expect(diagnosis.confidence).toBe('possible')
    expect(diagnosis.doubt).toContain('nothing can be compared')
  })

  test('a reporter that says nothing good is no witness against it', () => {
    expect(diagnose({ reporters: [bad('Sender One'), good('Sender Two', 0)] }).likelyCause).not.toBe(
      'possible-downgrade',
    )
  })
})

describe('a diagnosis', () => {
  test('two failed sessions alone are never more than possible', () => {
    const sightings = [
      sighting({ failedSessionCount: 1 }),
      sighting({ organization: 'Sender Two', failedSessionCount: 1, sendingNetwork: undefined }),
    ]
    const reporters = [bad('Sender One', 1), bad('Sender Two', 1)]
    expect(diagnose({ resultType: 'certificate-expired', sightings, reporters }).confidence).toBe('possible')
  })

  test('an MX host outside the policy is named before the result type, and the wildcard is explained', () => {
    const diagnosis = diagnose({
      resultType: 'validation-failure',
      mxHost: 'a.mx.example.net',
      mxHostIsInPolicy: false,
    })
    expect(diagnosis.findingCode).toBe('tls-rpt/mx-not-in-policy')
    expect(diagnosis.evidence[0]).toContain('a.mx.example.net')
    expect(diagnosis.remedy).toContain('one label only')
  })

  test('an unregistered result type is told as unknown, also names of object members', () => {
    for (const resultType of ['Testing', '', '__proto__', 'constructor', 'toString']) {
      const diagnosis = diagnose({ resultType })
      expect(diagnosis).toMatchObject({ likelyCause: 'undecided', findingCode: 'tls-rpt/failure-unknown' })
    }
  })

  test('names what all sightings share: address, IPv6, reasons', () => {
    expect(diagnose({}).evidence).toContain('All of it at the address 198.51.100.1.')
    const overIpv6 = diagnose({
      sightings: [sighting({ receivingIp: '2001:db8::1' }), sighting({ receivingIp: '2001:db8::2' })],
    })
    expect(overIpv6.evidence).toContain('All of it over IPv6.')
    expect(diagnose({ sightings: [sighting({ reasonCodes: ['self-signed'] })] }).evidence.join()).toContain(
      'self-signed',
    )
  })

  test('a flood of reporters does not flood the evidence', () => {
    const reporters = Array.from({ length: 500 }, (_, index) => good(`Sender ${index}`))
    const longest = Math.max(...diagnose({ reporters }).evidence.map(text => text.length))
    expect(longest).toBeLessThan(300)
  })

  test('exists for every registered type, spread and count, with a code of the table', () => {
    const organization = fc.constantFrom('A', 'B', 'C', 'D')
    fc.assert(
      fc.property(
        fc.constantFrom(...resultTypes, 'other'),
        fc.array(
          fc.record({
            organization,
            sendingNetwork: fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        fc.array(fc.record({ organization, successfulSessionCount: fc.nat(3) }), { maxLength: 5 }),
        fc.option(fc.boolean(), { nil: undefined }),
        (resultType, sightings, reporters, mxHostIsInPolicy) => {
          const diagnosis = diagnose({
            resultType,
            sightings: sightings.map(sighting),
            reporters: reporters.map(reporter => ({ ...reporter, failedSessionCount: 1 })),
            mxHostIsInPolicy,
          })
          expect(protocolIssues).toHaveProperty([diagnosis.findingCode])
          expect(diagnosis.evidence.length).toBeGreaterThan(0)
          for (const text of [diagnosis.summary, diagnosis.remedy, diagnosis.doubt]) expect(text).not.toBe('')
        },
      ),
    )
  })

  test('every class points at the registry row of its own type', () => {
    for (const type of resultTypes)
      expect(protocolIssues[failureClassOf(type).findingCode].resultType).toBe(type)
  })
})
