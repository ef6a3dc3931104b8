import { tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Finding, Replacement } from '../finding.ts'
import { effectiveTlsaRecords } from '../judge-dane.ts'
import type { SeenRoute, SeenTlsaRecord } from '../observation.ts'
import { answerTo, type DomainView, type HostView } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { type ProbedAddress, probedAddresses } from './probed-address.ts'
import { recordLine } from './zone-line.ts'

/** While a key is being changed, old records must be gone from caches before the new key is used. */
const MAX_TTL_SECONDS = 3600

/** An MX host with TLSA records in a signed answer. */
export interface DaneHost {
  readonly route: SeenRoute & { readonly tlsa: Extract<SeenRoute['tlsa'], { readonly kind: 'secure' }> }
  readonly host: HostView
}

/** Where the TLSA records of a host stand. */
export function tlsaSubject(tlsaBaseDomain: string) {
  return { kind: 'record', name: `_25._tcp.${tlsaBaseDomain}`, type: 'TLSA' } as const
}

/** `3 1 1` of the key that the host showed. */
export function keyRecord({ smtp }: ProbedAddress): readonly Replacement[] {
  const leaf = smtp.tls?.chain.certificates[0]
  return leaf === undefined
    ? []
    : [recordLine(`_25._tcp.${smtp.mxHost}`, 'TLSA', `3 1 1 ${leaf.spkiFingerprint}`)]
}

/** What works, but breaks easily. */
export function assessTlsaForm(view: DomainView, { route, host }: DaneHost): readonly Finding[] {
  const { records, tlsaBaseDomain } = route.tlsa
  const answer = answerTo(view.observation, `_25._tcp.${tlsaBaseDomain}`, 'TLSA')
  const subject = tlsaSubject(tlsaBaseDomain)
  const evidence = dnsEvidence(answer)
  const findings: Finding[] = []
  const usable = effectiveTlsaRecords(records)
  if (
    usable.length > 0 &&
    usable.every(({ usage, selector }) => usage === 'DANE-EE' && selector === 'Cert')
  ) {
    findings.push(
      finding('dane/full-certificate', {
        severity: 'warning',
        subject,
        message: `The TLSA records of ${host.mxHost} are of the whole certificate (3 0 x): each renewal breaks them, even with the key kept.`,
        evidence,
        remedy: {
          text: 'Publish 3 1 1, of the key.',
          replacements: probedAddresses(host).slice(0, 1).flatMap(keyRecord),
        },
      }),
    )
  }
  if (usable.some(({ matchingType }) => matchingType === 'Full')) {
    findings.push(
      finding('dane/full-data', {
        severity: 'advice',
        subject,
        message: `A TLSA record of ${host.mxHost} holds a whole certificate or key and not its digest: the answer may be too large for UDP.`,
        evidence,
      }),
    )
  }
  if (usable.length > 0 && usable.every(({ matchingType }) => matchingType === 'SHA2-512')) {
    findings.push(
      finding('dane/sha-512', {
        severity: 'advice',
        subject,
        message: `The TLSA records of ${host.mxHost} have SHA-512 digests only, which a sender may not support; SHA-256 is what all must.`,
        evidence,
      }),
    )
  }
  const shown = records.map(showTlsa)
  if (new Set(shown).size < shown.length) {
    findings.push(
      finding('dane/duplicate', {
        severity: 'advice',
        subject,
        message: `A TLSA record of ${host.mxHost} stands twice: it counts once, and is no preparation for the next key.`,
        evidence,
      }),
    )
  }
  if (answer?.kind === 'records' && answer.ttlSeconds > MAX_TTL_SECONDS) {
    findings.push(
      finding('dane/ttl', {
        severity: 'advice',
        subject,
        message: `The TLSA records of ${host.mxHost} stay in caches for ${Math.round(answer.ttlSeconds / 3600)} hours: a changed key must wait twice as long.`,
        evidence,
        remedy: {
          text: 'Lower the TTL to an hour or less.',
          replacements: records.map(record => recordLine(subject.name, 'TLSA', showTlsa(record))),
        },
      }),
    )
  }
  return findings
}

/** As a zone file has it, numbers in place of acronyms. */
function showTlsa({ usage, selector, matchingType, data }: SeenTlsaRecord): string {
  const number = (words: readonly string[], value: string | number) =>
    typeof value === 'number' ? value : words.indexOf(value)
  return `${number(tlsaUsages, usage)} ${number(tlsaSelectors, selector)} ${number(tlsaMatchingTypes, matchingType)} ${data}`
}
