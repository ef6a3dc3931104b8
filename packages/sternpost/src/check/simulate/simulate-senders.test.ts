import { createLab, faultLaboratory, faultLaboratorySpec, type Lab } from '@sternpost/lab'
import { createDnsClient, createPolicyFetcher, type DnsClient, observeNextHop } from '@sternpost/network'
import {
  type DomainName,
  decide,
  decideDaneProtection,
  type MtaStsState,
  selectMtaStsRecord,
} from '@sternpost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CheckEyes } from '../check-eyes.ts'
import { checkDomain } from '../index.ts'
import { createLabEyes } from '../testing/lab-eyes.ts'
import { observationWith, observationWithSessions, sampleObservation } from '../testing/sample-observation.ts'
import type { SenderProfileName } from './sender-outcome.ts'
import { simulateSenders } from './simulate-senders.ts'

const outcomes = (observation = sampleObservation()) =>
  Object.fromEntries(simulateSenders(observation).map(({ sender, delivery }) => [sender, delivery]))
const hostsOf = (observation = sampleObservation(), sender: SenderProfileName = 'both') =>
  simulateSenders(observation)
    .find(outcome => outcome.sender === sender)
    ?.hosts.map(({ mxHost, delivery }) => `${mxHost} ${delivery}`)

describe('what senders experience', () => {
  test('a domain with everything: whoever looks makes sure, whoever does not is not protected', () => {
    expect(outcomes()).toEqual({
      opportunistic: 'delivered-unprotected',
      'mta-sts-only': 'delivered-verified',
      'dane-first': 'delivered-verified',
      both: 'delivered-verified',
    })
  })

  test('a certificate that no TLSA record fits stops senders with DANE, and MTA-STS does not help', () => {
    const text = JSON.stringify(sampleObservation()).replace(
      /"data":"[0-9a-f]{64}"/g,
      `"data":"${'00'.repeat(32)}"`,
    )
    expect(outcomes(JSON.parse(text))).toEqual({
      opportunistic: 'delivered-unprotected',
      'mta-sts-only': 'delivered-verified',
      'dane-first': 'deferred',
      both: 'deferred',
    })
  })

  test('a chain that is not valid stops MTA-STS, and whoever wants both', () => {
    const observation = observationWithSessions(smtp =>
      smtp.tls === undefined
        ? smtp
        : {
            ...smtp,
            tls: {
              ...smtp.tls,
              chain: { ...smtp.tls.chain, valid: false, trusted: false, faults: ['untrusted-root'] },
            },
          },
    )
    expect(outcomes(observation)).toEqual({
      opportunistic: 'delivered-unprotected',
      'mta-sts-only': 'deferred',
      'dane-first': 'delivered-verified',
      both: 'deferred',
    })
  })

  test('the next host takes the mail where the first puts the sender off', () => {
    const observation = observationWithSessions(smtp =>
      smtp.mxHost === 'mx1.sample.test' && smtp.tls !== undefined
        ? { ...smtp, tls: { ...smtp.tls, chain: { ...smtp.tls.chain, valid: false, faults: ['expired'] } } }
        : smtp,
    )
    expect(hostsOf(observation, 'mta-sts-only')).toEqual([
      'mx1.sample.test deferred',
      'mx2.sample.test delivered-verified',
    ])
    expect(outcomes(observation)['mta-sts-only']).toBe('delivered-verified')
  })

  test('what was not measured is unknown, not deferred', () => {
    const observation = observationWithSessions(() => null)
    expect(new Set(Object.values(outcomes(observation)))).toEqual(new Set(['unknown']))
  })

  test('where port 25 is blocked here nothing is said of hosts that did not answer', () => {
    const observation = observationWithSessions(
      ({ tls: _, ehlo: _1, startTlsOffered: _2, connectMs: _3, ...smtp }) => ({
        ...smtp,
        fault: { step: 'connect', code: 'smtp/unreachable', message: 'no connection' },
      }),
    )
    const vantage = { ...observation.vantage, port25: 'blocked' as const }
    expect(new Set(Object.values(outcomes({ ...observation, vantage })))).toEqual(new Set(['unknown']))
    expect(new Set(Object.values(outcomes(observation)))).toEqual(new Set(['deferred']))
  })

  test('a null MX sends mail back at once', () => {
    const nextHop = { route: 'null-mx', nextHopDomain: 'sample.test' as DomainName, port: 25 } as const
    const observation = observationWith({ nextHop, mxHosts: [] })
    expect(new Set(Object.values(outcomes(observation)))).toEqual(new Set(['refused']))
  })
})

/** Domains on which DANE, MTA-STS and both decide otherwise. */
const compared = Object.keys(faultLaboratory).filter(name =>
  /^(fine|dane|match|policy|host-(404|name|type)|plain|signed|null-mx|record-(several|case|loop)|bogus|dns|no-such)/.test(
    name,
  ),
)

describe('the simulation and outbound mail', () => {
  let lab: Lab
  let eyes: CheckEyes
  let dns: DnsClient

  beforeAll(async () => {
    const picked = Object.fromEntries(
      compared.flatMap(name => {
        const domain = faultLaboratory[name]
        return domain === undefined ? [] : [[name, domain] as const]
      }),
    )
    lab = await createLab(faultLaboratorySpec(picked))
    eyes = createLabEyes(lab)
    dns = createDnsClient({ servers: [`${lab.dns.address}:${lab.dns.port}`], timeoutsMs: [1_000], tries: 1 })
  }, 60_000)
  afterAll(async () => {
    dns.close()
    eyes.close()
    await lab.close()
  })

  /** As outbound mail decides at first contact: with the resolver and the fetcher it has, and no eyes of the check. */
  async function decideAsOutbound(domain: DomainName) {
    const fetcher = createPolicyFetcher({
      dns,
      ca: [lab.ca.caPem],
      port: lab.ports.https,
      allowAddresses: ['127.0.0.0/8'],
    })
    const { observation } = await observeNextHop(dns, { domain, port: 25, bracketed: false })
    const answer = await dns.lookup(`_mta-sts.${domain}`, 'TXT')
    const mtaSts = async (): Promise<MtaStsState> => {
      if (answer.kind === 'failure') return { kind: 'unknown', reason: answer.message }
      const selection = selectMtaStsRecord(answer.kind === 'records' ? answer.records : [])
      if (selection.kind !== 'one' || !selection.record.ok) return { kind: 'none', reason: selection.kind }
      const fetched = await fetcher.fetch(domain)
      if (!fetched.ok) return { kind: 'unavailable', reason: fetched.issues[0].message }
      const { policyId } = selection.record.value
      return { kind: 'applicable', policyDomain: domain, policyId, document: fetched.document }
    }
    return decide({
      policyDomain: domain,
      dane: decideDaneProtection(observation),
      mtaSts: await mtaSts(),
      override: undefined,
      whileFetching: 'deliver',
      afterFailure: 'deliver',
    })
  }

  test.concurrent.each(compared)(
    '%s: the simulated sender demands what our own outbound mail would',
    async name => {
      const domain = name as DomainName
      const [result, decision] = await Promise.all([
        checkDomain(domain, eyes, { timeoutMs: 15_000 }),
        decideAsOutbound(domain),
      ])
      const simulated = result.simulation.find(({ sender }) => sender === 'dane-first')?.decision
      expect({ action: simulated?.action, rule: simulated?.rule }).toEqual({
        action: decision.action,
        rule: decision.rule,
      })
    },
  )
})
