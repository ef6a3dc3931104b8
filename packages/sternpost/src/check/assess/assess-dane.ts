import type { ObservedChain } from '@sternpost/network'
import { assessTlsaUsability } from '@sternpost/protocol'
import { finding, isTabledCode } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { daneNamesOf, effectiveTlsaRecords, judgeDane } from '../judge-dane.ts'
import type { SeenRoute } from '../observation.ts'
import { readTlsaRecord } from '../seen-next-hop.ts'
import { assessTlsaForm, type DaneHost, keyRecord, tlsaSubject } from './assess-tlsa-form.ts'
import { expiryUrgency } from './certificate-dates.ts'
import { answerTo, type DomainView } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import { hostSubject, onSome, type ProbedAddress, probedAddresses, sessionSource } from './probed-address.ts'

/** Judges the TLSA records of the MX hosts, alone and against the certificates that were shown. */
export function assessDane(view: DomainView): readonly Finding[] {
  const { nextHop, vantage } = view.observation
  if (!('hosts' in nextHop) || !vantage.validates || !view.takesMail) return []
  const covered = nextHop.hosts.flatMap((route): DaneHost[] => {
    const host = view.hosts.find(({ mxHost }) => mxHost === route.mxHost)
    return route.tlsa.kind === 'secure' && host !== undefined
      ? [{ route: { ...route, tlsa: route.tlsa }, host }]
      : []
  })
  return [
    ...nextHop.hosts.flatMap(route => denial(view, route)),
    ...unsigned(view),
    ...coverage(view, covered),
    ...covered.flatMap(one => assessHost(view, one)),
  ]
}

/** SERVFAIL for this one question is the classic fault of old name servers; silence may be ours, and is told of DNS. */
function denial(view: DomainView, { mxHost, tlsa }: SeenRoute): readonly Finding[] {
  if (tlsa.kind !== 'failure') return []
  const answer = answerTo(view.observation, `_25._tcp.${mxHost}`, 'TLSA')
  if (answer?.kind !== 'failure') return []
  if (answer.dnssec !== 'bogus' && answer.code !== 'dns/servfail') return []
  return [
    finding('dane/denial', {
      severity: 'error',
      subject: tlsaSubject(mxHost),
      message: `The question for TLSA records of ${mxHost} fails (${tlsa.reason}): senders with DANE must not deliver there, the mail waits.`,
      evidence: dnsEvidence(answer),
      remedy: {
        text: 'Update the name server, or move the zone: it must deny what is not there with a signed answer.',
        replacements: [{ kind: 'command', text: `delv _25._tcp.${mxHost} TLSA` }],
      },
    }),
  ]
}

/** TLSA records that are there, but in an answer nobody may trust. */
function unsigned(view: DomainView): readonly Finding[] {
  const { nextHop } = view.observation
  if (!('hosts' in nextHop)) return []
  const found = nextHop.hosts.flatMap(({ mxHost, tlsa }) => {
    const answer = answerTo(view.observation, `_25._tcp.${mxHost}`, 'TLSA')
    if (tlsa.kind === 'secure' || answer?.kind !== 'records' || answer.dnssec === 'secure') return []
    return [{ mxHost, answer }]
  })
  const signedHosts = nextHop.hosts.filter(({ tlsa }) => tlsa.kind === 'secure')
  const [first] = found
  if (first !== undefined) {
    const address = answerTo(view.observation, first.mxHost, 'A')
    return [
      finding('dane/insecure', {
        severity: 'warning',
        subject: tlsaSubject(first.mxHost),
        message: `${found.map(({ mxHost }) => mxHost).join(', ')} ${found.length === 1 ? 'has' : 'have'} TLSA records, but the zone is not signed: senders ignore them.`,
        evidence: [address, ...found.map(({ answer }) => answer)].flatMap(dnsEvidence),
        remedy: { text: 'Sign the zone of the MX host, or remove the records.', replacements: [] },
      }),
    ]
  }
  if (signedHosts.length === 0 || nextHop.mxDnssec === 'secure') return []
  return [
    finding('dane/insecure', {
      severity: 'warning',
      subject: { kind: 'record', name: view.domain, type: 'MX' },
      message: `The MX hosts have TLSA records in signed zones, but the MX records of ${view.domain} are not signed: a forged answer leads mail elsewhere, and senders do not count it as protected.`,
      evidence: dnsEvidence(answerTo(view.observation, view.domain, 'MX')),
      remedy: { text: `Sign the zone of ${view.domain}.`, replacements: [] },
    }),
  ]
}

function coverage(view: DomainView, covered: readonly DaneHost[]): readonly Finding[] {
  const { nextHop } = view.observation
  if (!('hosts' in nextHop)) return []
  const known = nextHop.hosts.filter(
    ({ tlsa, addresses }) => tlsa.kind !== 'failure' && addresses.kind === 'found',
  )
  const bare = known.filter(({ tlsa }) => tlsa.kind !== 'secure')
  if (covered.length === 0) {
    // Unsigned MX records have `dnssec/unsigned`, which says that DANE is not possible.
    const signed = nextHop.mxDnssec === 'secure' && bare.some(({ tlsa }) => tlsa.kind === 'none')
    if (!signed) return []
    const certificate = view.hosts.flatMap(probedAddresses)[0]
    return [
      finding('dane/none', {
        severity: 'advice',
        subject: { kind: 'domain', domain: view.domain },
        message: `${view.domain} is signed, but no MX host has TLSA records: senders with DANE cannot make sure of the host.`,
        evidence: bare
          .slice(0, 4)
          .flatMap(({ mxHost }) => dnsEvidence(answerTo(view.observation, `_25._tcp.${mxHost}`, 'TLSA'))),
        remedy: {
          text: 'Publish a record of the key in use for each MX host, and keep it in step with renewals.',
          replacements: certificate === undefined ? [] : keyRecord(certificate),
        },
      }),
    ]
  }
  if (bare.length === 0) return []
  return [
    finding('dane/partial', {
      severity: 'warning',
      subject: { kind: 'domain', domain: view.domain },
      message: `Of the MX hosts of ${view.domain} ${bare.map(({ mxHost }) => mxHost).join(', ')} ${bare.length === 1 ? 'has' : 'have'} no TLSA records that count: an attacker leads mail there.`,
      evidence: bare
        .slice(0, 4)
        .flatMap(({ mxHost }) =>
          dnsEvidence(
            answerTo(view.observation, `_25._tcp.${mxHost}`, 'TLSA') ??
              answerTo(view.observation, mxHost, 'A'),
          ),
        ),
      remedy: {
        text: 'Publish TLSA records for every MX host, in signed zones.',
        replacements: view.hosts
          .filter(({ mxHost }) => bare.some(route => route.mxHost === mxHost))
          .flatMap(host => probedAddresses(host).slice(0, 1))
          .flatMap(keyRecord),
      },
    }),
  ]
}

function assessHost(view: DomainView, one: DaneHost): readonly Finding[] {
  const { records, tlsaBaseDomain } = one.route.tlsa
  const unusable = records.flatMap(record => {
    const usability = assessTlsaUsability(readTlsaRecord(record))
    return usability.usable ? [] : [{ record, issue: usability.issue }]
  })
  const evidence = dnsEvidence(answerTo(view.observation, `_25._tcp.${tlsaBaseDomain}`, 'TLSA'))
  if (unusable.length === records.length) {
    return [
      finding('dane/all-unusable', {
        severity: 'warning',
        subject: tlsaSubject(tlsaBaseDomain),
        message: `None of the TLSA records of ${one.host.mxHost} can be used (${unusable[0]?.issue.message}): senders with DANE demand TLS, but do not make sure of the host.`,
        evidence,
        remedy: {
          text: 'Publish 3 1 1 of the key in use.',
          replacements: probedAddresses(one.host).slice(0, 1).flatMap(keyRecord),
        },
      }),
    ]
  }
  return [
    ...unusable.flatMap(({ issue: { code, message } }) =>
      isTabledCode(code)
        ? [finding(code, { severity: 'warning', subject: tlsaSubject(tlsaBaseDomain), message, evidence })]
        : [],
    ),
    ...againstChains(view, one),
    ...assessTlsaForm(view, one),
  ]
}

/** Whether what each address shows is what the records say. */
function againstChains(view: DomainView, { route, host }: DaneHost): readonly Finding[] {
  const records = effectiveTlsaRecords(route.tlsa.records)
  const names = daneNamesOf(view.observation, route.tlsa.tlsaBaseDomain)
  const shown = probedAddresses(host).flatMap(seen => {
    const chain = seen.smtp.tls?.chain
    return chain === undefined ? [] : [{ seen, chain, verdict: judgeDane(records, chain, names, view.at) }]
  })
  const bad = shown.filter(({ verdict }) => verdict.kind !== 'authenticated')
  const [first] = bad
  if (first === undefined) return rollover(view, { route, host }, shown[0])
  const at = bad.map(({ seen }) => seen)
  const anchorsOnly = records.every(({ usage }) => usage === 'DANE-TA')
  const evidence = [
    ...dnsEvidence(answerTo(view.observation, `_25._tcp.${route.tlsa.tlsaBaseDomain}`, 'TLSA')),
    ...bad.slice(0, 4).map(({ seen, chain }) => chainEvidence(seen, chain)),
  ]
  const consequence =
    'Senders with DANE do not deliver there, and MTA-STS does not help: the mail waits and comes back.'
  if (anchorsOnly) {
    const why =
      first.verdict.kind === 'anchor-unproved'
        ? first.verdict.reason
        : 'the CA certificate it names is not among those the server sends'
    return [
      finding('dane/trust-anchor-chain', {
        severity: 'error',
        subject: hostSubject(host, at),
        message: `The DANE-TA record of ${host.mxHost} does not hold${onSome(at, probedAddresses(host))}: ${why}. ${consequence}`,
        evidence,
        remedy: {
          text: 'Send the CA certificate in the chain, or publish 3 1 1 of the key in use.',
          replacements: keyRecord(first.seen),
        },
      }),
    ]
  }
  return [
    finding('dane/mismatch', {
      severity: 'error',
      subject: hostSubject(host, at),
      message: `No TLSA record of ${host.mxHost} fits the certificate it shows${onSome(at, probedAddresses(host))}. ${consequence}`,
      evidence,
      remedy: {
        text: 'Publish the record of the key in use now, beside the others; next time publish the new one two TTLs before the key changes.',
        replacements: keyRecord(first.seen),
      },
    }),
  ]
}

/** Whether the next key is prepared, and whether a renewal is near. */
function rollover(
  view: DomainView,
  { route, host }: DaneHost,
  shown: { readonly seen: ProbedAddress; readonly chain: ObservedChain } | undefined,
): readonly Finding[] {
  const leaf = shown?.chain.certificates[0]
  if (shown === undefined || leaf === undefined) return []
  const names = daneNamesOf(view.observation, route.tlsa.tlsaBaseDomain)
  const records = effectiveTlsaRecords(route.tlsa.records)
  // A record for something else than what is shown is the next key, or an issuer that stays.
  const prepared = records.some(
    record =>
      judgeDane([record], shown.chain, names, view.at).kind !== 'authenticated' || record.usage === 'DANE-TA',
  )
  if (prepared) return []
  const urgency = expiryUrgency(leaf, view.at)
  const evidence = [
    ...dnsEvidence(answerTo(view.observation, `_25._tcp.${route.tlsa.tlsaBaseDomain}`, 'TLSA')),
    chainEvidence(shown.seen, shown.chain),
  ]
  if (urgency !== undefined && leaf.notAfter !== null) {
    return [
      finding('dane/renewal-soon', {
        severity: 'warning',
        subject: tlsaSubject(route.tlsa.tlsaBaseDomain),
        message: `The certificate of ${host.mxHost} ends on ${new Date(leaf.notAfter).toISOString().slice(0, 10)} and no record for another key is published: a renewal with a new key stops mail from senders with DANE.`,
        evidence,
        remedy: { text: 'Renew with the key kept, or publish 3 1 1 of the next key now.', replacements: [] },
      }),
    ]
  }
  return [
    finding('dane/rollover', {
      severity: 'advice',
      subject: tlsaSubject(route.tlsa.tlsaBaseDomain),
      message: `The TLSA records of ${host.mxHost} cover the key in use and no other: at the next change of keys mail stops, unless the new record is out two TTLs before.`,
      evidence,
      remedy: {
        text: 'Make the next key now and publish its record beside, or add 2 1 1 of the issuing CA.',
        replacements: [],
      },
    }),
  ]
}

function chainEvidence(seen: ProbedAddress, { certificates }: ObservedChain) {
  const shown = certificates
    .slice(0, 3)
    .map(({ subject, spkiFingerprint }) => `${subject} (key SHA-256 ${spkiFingerprint})`)
  return seenAt(`chain: ${shown.join(' < ')}`, sessionSource(seen), seen.smtp.startedAt)
}
