import type { DnsRecordType } from '@sternpost/network'
import { answerTo, showRecord, viewDomain } from '../assess/index.ts'
import type { FindingSubject } from '../finding.ts'
import type { DomainObservation, SeenAnswer } from '../observation.ts'
import type { FactChange } from './result-comparison.ts'

interface Fact {
  readonly subject: FindingSubject
  readonly what: string
  readonly value: string
}

/** What is otherwise in the records, the policy, the MX hosts and their certificates; faults aside. */
export function compareFacts(before: DomainObservation, after: DomainObservation): readonly FactChange[] {
  const old = factsOf(before)
  const fresh = factsOf(after)
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  return keys.flatMap((key): FactChange[] => {
    const was = old.get(key)
    const is = fresh.get(key)
    const known = is ?? was
    if (known === undefined || was?.value === is?.value) return []
    return [
      { subject: known.subject, what: known.what, before: was?.value ?? null, after: is?.value ?? null },
    ]
  })
}

function factsOf(observation: DomainObservation): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  const add = (subject: FindingSubject, what: string, value: string | undefined) => {
    if (value !== undefined) facts.set(`${JSON.stringify(subject)} ${what}`, { subject, what, value })
  }
  const { domain } = observation
  const records: readonly (readonly [string, DnsRecordType])[] = [
    [domain, 'MX'],
    [domain, 'NS'],
    [`_mta-sts.${domain}`, 'TXT'],
    [`mta-sts.${domain}`, 'A'],
    [`mta-sts.${domain}`, 'AAAA'],
    [`_smtp._tls.${domain}`, 'TXT'],
    [`_dmarc.${domain}`, 'TXT'],
    [`default._bimi.${domain}`, 'TXT'],
  ]
  for (const [name, type] of records) {
    add({ kind: 'record', name, type }, 'records', recordsIn(answerTo(observation, name, type)))
  }
  const view = viewDomain(observation, {})
  add({ kind: 'policy', domain }, 'policy', view.policyText ?? undefined)
  const [leaf] = view.response?.chain?.certificates ?? []
  add({ kind: 'policy-host', host: `mta-sts.${domain}` }, 'certificate', leaf && showCertificate(leaf))
  for (const { mxHost, addresses } of view.hosts) {
    for (const type of ['A', 'AAAA'] as const) {
      add({ kind: 'record', name: mxHost, type }, 'records', recordsIn(answerTo(observation, mxHost, type)))
    }
    const tlsa = `_25._tcp.${mxHost}`
    add(
      { kind: 'record', name: tlsa, type: 'TLSA' },
      'records',
      recordsIn(answerTo(observation, tlsa, 'TLSA')),
    )
    for (const { address, smtp } of addresses) {
      const subject = { kind: 'mx-host', host: mxHost, address } as const
      const certificate = smtp?.tls?.chain.certificates[0]
      add(subject, 'certificate', certificate && showCertificate(certificate))
      add(
        subject,
        'STARTTLS',
        smtp?.startTlsOffered === undefined ? undefined : smtp.startTlsOffered ? 'offered' : 'not offered',
      )
    }
  }
  return facts
}

/** The records in an order of their own, as DNS has none; undefined where nothing is known. */
function recordsIn(answer: SeenAnswer | undefined): string | undefined {
  if (answer?.kind !== 'records') return undefined
  return answer.records
    .map(record => showRecord(answer.type, record as never))
    .sort()
    .join(', ')
}

function showCertificate(certificate: {
  readonly subject: string
  readonly issuer: string
  readonly notAfter: number | null
  readonly fingerprint: string
}): string {
  const { subject, issuer, notAfter, fingerprint } = certificate
  const end = notAfter === null ? 'an unreadable date' : new Date(notAfter).toISOString().slice(0, 10)
  return `${subject} by ${issuer}, until ${end}, SHA-256 ${fingerprint.slice(0, 16)}…`
}
