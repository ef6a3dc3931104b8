import type { AuthoritativeAnswers, ObservedCertificate, SmtpObservation } from '@sternpost/network'
import { expect, test } from 'vitest'
import type { DomainObservation } from '../observation.ts'
import { observationWith, observationWithSessions, sampleObservation } from '../testing/sample-observation.ts'
import { assessObservation } from './assess-observation.ts'
import type { AssessmentContext } from './assessment-context.ts'

const told = (observation: DomainObservation, context?: AssessmentContext) =>
  assessObservation(observation, context)
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, code }) => `${severity} ${code}`)
const find = (observation: DomainObservation, code: string, context?: AssessmentContext) =>
  assessObservation(observation, context).find(finding => finding.code === code)

/** A session that ended before it began. */
const failed = (smtp: SmtpObservation, code: 'smtp/unreachable' | 'smtp/timeout'): SmtpObservation => {
  const { mxHost, address, port, heloName, startedAt, trials } = smtp
  const fault = { step: 'connect', code, message: 'no connection' } as const
  return { mxHost, address, port, heloName, startedAt, durationMs: 5_000, trials, connections: 1, fault }
}
const withCertificate = (smtp: SmtpObservation, change: Partial<ObservedCertificate>): SmtpObservation => {
  const { tls } = smtp
  const [leaf, ...above] = tls?.chain.certificates ?? []
  if (tls === undefined || leaf === undefined) return smtp
  return {
    ...smtp,
    tls: { ...tls, chain: { ...tls.chain, certificates: [{ ...leaf, ...change }, ...above] } },
  }
}
const served = (change: object): DomainObservation => {
  const { policyHost } = sampleObservation()
  if (policyHost === null) throw new Error('the sample has a policy host')
  const responses = policyHost.responses.map(response => ({ ...response, ...change }))
  return observationWith({ policyHost: { ...policyHost, responses } })
}

test('a domain that has everything is told one thing it could do better', () => {
  expect(told(sampleObservation())).toEqual(['advice mx/ipv6-missing'])
})

test('port 25 that is blocked on our side is unknown, and no word of the hosts', () => {
  const observation = observationWithSessions(smtp => failed(smtp, 'smtp/unreachable'))
  const blocked = { ...observation, vantage: { ...observation.vantage, port25: 'blocked' as const } }
  expect(told(blocked)).toEqual(['unknown smtp/port-blocked', 'advice mx/ipv6-missing'])
})

test('hosts that do not answer while port 25 is open elsewhere are an error', () => {
  expect(told(observationWithSessions(smtp => failed(smtp, 'smtp/unreachable')))).toContain(
    'error smtp/unreachable',
  )
})

test('silence of the only hosts within our few seconds is no verdict', () => {
  const findings = told(observationWithSessions(smtp => failed(smtp, 'smtp/timeout')))
  expect(findings.filter(line => line.includes('smtp/timeout'))).toEqual([
    'unknown smtp/timeout',
    'unknown smtp/timeout',
  ])
  expect(findings.filter(line => line.startsWith('error'))).toEqual([])
})

test('a dead IPv6 address is not told where nothing was reached over IPv6', () => {
  const observation = observationWithSessions((smtp, place) =>
    place === 1 ? { ...failed(smtp, 'smtp/unreachable'), address: '2001:db8::1' } : smtp,
  )
  const mxHosts = observation.mxHosts.map(host => ({
    ...host,
    addresses: host.addresses.map(seen => ({ ...seen, address: seen.smtp?.address ?? seen.address })),
  }))
  expect(told({ ...observation, mxHosts })).toEqual([])
})

test('a resolver that does not validate takes DNSSEC and DANE out of what is said', () => {
  const { vantage } = sampleObservation()
  const findings = assessObservation(observationWith({ vantage: { ...vantage, validates: false } }))
  expect(findings.map(({ code }) => code)).toContain('dns/resolver-not-validating')
  expect(findings.filter(({ code }) => /^(dane|dnssec)\//.test(code))).toEqual([])
})

const nameServers = (
  ...records: readonly (readonly string[] | null)[]
): readonly AuthoritativeAnswers<'MX' | 'TXT'>[] => [
  {
    question: { name: '_mta-sts.sample.test', type: 'TXT' },
    zone: 'sample.test',
    nameServers: {
      kind: 'no-data',
      question: { name: 'sample.test', type: 'NS' },
      dnssec: 'insecure',
      canonicalName: 'sample.test',
      aliases: [],
      ttlSeconds: 60,
      resolver: '192.0.2.53:53',
      receivedAt: 0,
    },
    withoutAddress: [],
    notAsked: 0,
    servers: records.map((texts, index) => ({
      nameServer: `ns${index + 1}.sample.test`,
      address: `192.0.2.${53 + index}`,
      outcome:
        texts === null
          ? { kind: 'failure', code: 'dns/timeout', message: 'no answer within 2 s' }
          : { kind: 'records', records: texts, ttlSeconds: 300, aliases: [] },
      serial: index,
      durationMs: 3,
      receivedAt: 0,
    })),
  },
]

test('name servers that disagree are told with what each one says', () => {
  const finding = find(
    observationWith({ nameServers: nameServers(['v=STSv1; id=1;'], ['v=STSv1; id=2;']) }),
    'dns/servers-differ',
  )
  expect(finding?.severity).toBe('warning')
  expect(finding?.evidence.map(({ seen }) => seen)).toEqual([
    '_mta-sts.sample.test TXT: "v=STSv1; id=1;" (serial 0)',
    '_mta-sts.sample.test TXT: "v=STSv1; id=2;" (serial 1)',
  ])
})

test('the order of records is no disagreement', () => {
  expect(told(observationWith({ nameServers: nameServers(['a', 'b'], ['b', 'a']) }))).toEqual([
    'advice mx/ipv6-missing',
  ])
})

test('one silent name server is a warning, agreement of all is fine', () => {
  expect(told(observationWith({ nameServers: nameServers(['x'], null) }))).toContain(
    'warning dns/server-silent',
  )
  expect(find(observationWith({ nameServers: nameServers(['x'], ['x']) }), 'dns/fine')).toBeDefined()
})

const policyText = sampleObservation().policyHost?.responses[0]?.bodyText ?? ''

test('another policy under the id that senders know is an error', () => {
  const knownPolicies = [{ policyId: '1', text: 'version: STSv1\r\nmode: none\r\nmax_age: 1\r\n', seenAt: 0 }]
  const finding = find(sampleObservation(), 'mta-sts/record-id-unchanged', { knownPolicies })
  expect(finding?.severity).toBe('error')
  expect(finding?.remedy?.replacements[0]?.text).toMatch(
    /^_mta-sts\.sample\.test\. 3600 IN TXT "v=STSv1; id=[0-9]{14};"$/,
  )
})

test('the same policy under the known id is nothing to tell, under ever new ids it is', () => {
  const one = { policyId: '1', text: policyText, seenAt: 0 }
  expect(told(sampleObservation(), { knownPolicies: [one] })).toEqual(['advice mx/ipv6-missing'])
  const churn = [
    { ...one, policyId: '7' },
    { ...one, policyId: '8' },
  ]
  expect(told(sampleObservation(), { knownPolicies: churn })).toContain('warning mta-sts/record-id-churn')
})

const clean = { days: 40, sessions: 900, failedSessions: 0, reporters: 5 }
const testing = served({ bodyText: policyText.replace('enforce', 'testing') })

test('a long test without failures is ready to be enforced, with the whole policy to serve', () => {
  const finding = find(testing, 'mta-sts/policy-testing-stale', { reports: clean })
  expect(finding?.remedy?.replacements[0]?.text).toBe(policyText)
})

test('a test with failures, or without reports, is not', () => {
  expect(
    find(testing, 'mta-sts/policy-testing-stale', { reports: { ...clean, failedSessions: 1 } }),
  ).toBeUndefined()
  expect(find(testing, 'mta-sts/policy-testing-stale')).toBeUndefined()
  expect(find(testing, 'mta-sts/policy-mode-testing')?.severity).toBe('advice')
})

test('a week without any report is told', () => {
  const reports = { days: 8, sessions: 0, failedSessions: 0, reporters: 0 }
  expect(told(sampleObservation(), { reports })).toContain('warning tls-rpt/silent')
  expect(told(sampleObservation(), { reports: { ...reports, days: 3 } })).not.toContain(
    'warning tls-rpt/silent',
  )
})

test('a policy host that takes long is slow', () => {
  expect(told(served({ durationMs: 12_000 }))).toContain('warning policy-host/slow')
  expect(told(served({ durationMs: 9_000 }))).not.toContain('warning policy-host/slow')
})

test('a weak cipher and a key exchange without forward secrecy are told', () => {
  const observation = observationWithSessions(smtp =>
    smtp.tls === undefined
      ? smtp
      : {
          ...smtp,
          tls: {
            ...smtp.tls,
            version: 'TLSv1.2',
            cipher: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
            ephemeralKey: null,
          },
        },
  )
  expect(told(observation)).toEqual(
    expect.arrayContaining(['warning starttls/cipher', 'warning starttls/key-exchange']),
  )
})

test('certificates of two issuers behind one name are told, of one issuer they are not', () => {
  const other = observationWithSessions((smtp, place) =>
    place === 1 ? withCertificate(smtp, { issuer: 'CN=Another CA', fingerprint: 'aa' }) : smtp,
  )
  expect(told(other)).toContain('advice mx-certificate/varies')
  const same = observationWithSessions((smtp, place) =>
    place === 1 ? withCertificate(smtp, { fingerprint: 'aa' }) : smtp,
  )
  expect(told(same)).not.toContain('advice mx-certificate/varies')
})

test('TLSA records that stay in caches for a day make every change of keys slow', () => {
  const answers = sampleObservation().answers.map(answer =>
    answer.type === 'TLSA' && answer.kind === 'records' ? { ...answer, ttlSeconds: 86_400 } : answer,
  )
  expect(told(observationWith({ answers }))).toContain('advice dane/ttl')
})

test('the hosts of a known hoster are recognised, with the patterns for a policy', () => {
  const text = JSON.stringify(sampleObservation())
    .replaceAll('mx1.sample.test', 'aspmx.l.google.com')
    .replaceAll('mx2.sample.test', 'alt1.aspmx.l.google.com')
  expect(find(JSON.parse(text), 'mx/provider')?.message).toContain('alt4.aspmx.l.google.com')
})

test('what the time did not suffice for is said, and is no fault', () => {
  expect(told(observationWith({ unfinished: ['port 25 of mx1.sample.test at 192.0.2.1'] }))).toEqual([
    'unknown check/unfinished',
    'advice mx/ipv6-missing',
  ])
})

test('a renewal is urgent by what is left of a certificate’s life', () => {
  const day = 86_400_000
  const { startedAt } = sampleObservation()
  const expiring = (livesDays: number, leftDays: number) =>
    told(
      observationWithSessions(smtp =>
        withCertificate(smtp, {
          notBefore: startedAt + (leftDays - livesDays) * day,
          notAfter: startedAt + leftDays * day,
        }),
      ),
    ).find(line => line.includes('expiring'))
  expect(expiring(90, 40)).toBeUndefined()
  expect(expiring(90, 20)).toBe('advice mx-certificate/expiring')
  expect(expiring(90, 6)).toBe('warning mx-certificate/expiring')
  expect(expiring(90, 1)).toBe('error mx-certificate/expiring')
  // A certificate of six days is renewed every few days; four days left are nothing to tell.
  expect(expiring(6, 4)).toBeUndefined()
})
