import { type DomainName, isDomainName, type MxHostPattern, parseMxHostPattern } from '@sternpost/protocol'
import type {
  CertificateState,
  MxOfDomain,
  PolicyVersion,
  PublishedDomain,
  WantedRecord,
} from '../publish/index.ts'
import type { CallOutput } from './api-client.ts'
import type { KnownDomain, ProposedDomain } from './domain-desk.ts'
import { exitCode } from './exit-code.ts'
import { ServerError } from './server-error.ts'

type WireListed = CallOutput<'GET /domains'>['items'][number]
type WireDomain = CallOutput<'GET /domains/:domain'>
type WireProposal = CallOutput<'POST /domains/propose'>
type WireRecord = Pick<
  CallOutput<'GET /domains/:domain/records'>['items'][number],
  'name' | 'type' | 'ttlSeconds' | 'values' | 'purpose' | 'part'
>

/** What the API says of a domain in a list, as our own database has it. Errors: `ServerError`. */
export function readListed(wire: WireListed): PublishedDomain {
  return {
    domain: readName(wire.domain),
    wanted: {
      mode: wire.mode,
      maxAgeSeconds: wire.maxAgeSeconds,
      mxHostPatterns: readPatterns(wire.mxHostPatterns),
    },
    tlsRptRua: wire.tlsRptRua,
    dns: { writer: wire.dnsWriter, apply: wire.dnsApply },
    delegation: wire.delegation,
    policyIdForm: wire.policyIdForm,
    bimi: wire.bimi ?? undefined,
    tlsa: wire.tlsa.map(({ mxHost, records }) => ({ mxHost: readName(mxHost), records })),
    servedPolicyId: wire.servedPolicyId ?? undefined,
    addedAt: Date.parse(wire.addedAt),
    changedAt: Date.parse(wire.changedAt),
    revision: wire.revision,
  }
}

/** The same of one domain, with every policy it had. Errors: `ServerError`. */
export function readKnown(wire: WireDomain): KnownDomain {
  const stored = readListed(wire)
  return {
    stored,
    versions: wire.versions.map(
      (version): PolicyVersion => ({
        domain: stored.domain,
        policyId: version.policyId,
        text: version.text,
        value: {
          mode: version.mode,
          maxAgeSeconds: version.maxAgeSeconds,
          mxHostPatterns: readPatterns(version.mxHostPatterns),
        },
        createdAt: Date.parse(version.createdAt),
        firstServedAt: timeOf(version.firstServedAt),
        lastServedAt: timeOf(version.lastServedAt),
        announcedAt: timeOf(version.announcedAt),
        lastFetchedAt: timeOf(version.lastFetchedAt),
      }),
    ),
    enforceForgottenAt: timeOf(wire.enforceForgottenAt),
    policyHostListens: wire.policyHostListens,
  }
}

/** What the API proposes. Errors: `ServerError`. */
export function readProposal({ mx, patterns, hoster, subdomains }: WireProposal): ProposedDomain {
  return {
    seen: readMx(mx),
    patterns: readPatterns(patterns),
    hoster: hoster ?? undefined,
    subdomains,
  }
}

function readMx({ kind, hosts, reason, resolver, ttlSeconds }: WireProposal['mx']): MxOfDomain {
  switch (kind) {
    case 'null':
      return { kind }
    case 'none':
    case 'unknown':
      return { kind, reason: reason ?? '' }
    default:
      return { kind, hosts: hosts.map(readName), resolver: resolver ?? '', ttlSeconds: ttlSeconds ?? 0 }
  }
}

/** How a certificate stands, as our own database has it. */
export function readCertificate(wire: CallOutput<'GET /domains/:domain/certificate'>): CertificateState {
  const { lastError } = wire
  return {
    host: wire.host,
    condition: wire.condition,
    origin: wire.origin ?? undefined,
    notBefore: timeOf(wire.notBefore),
    notAfter: timeOf(wire.notAfter),
    daysLeft: wire.daysLeft ?? undefined,
    issuer: wire.issuer ?? undefined,
    nextTryAt: timeOf(wire.nextTryAt),
    failures: wire.failures,
    lastError:
      lastError === null
        ? undefined
        : ({ ...lastError, at: Date.parse(lastError.at) } as CertificateState['lastError']),
  }
}

/** A record as our own records are. */
export function readRecord({ name, type, ttlSeconds, values, purpose, part }: WireRecord): WantedRecord {
  return { name, type, ttlSeconds, values, purpose, part }
}

/** Names become parts of commands and paths, so what is none is not taken from anybody. */
function readName(text: string): DomainName {
  if (isDomainName(text)) return text
  throw new ServerError('the daemon names a domain that is none', exitCode.temporary)
}

export function readPatterns(texts: readonly string[]): MxHostPattern[] {
  return texts.map(text => {
    const pattern = parseMxHostPattern(text)
    if (pattern.ok) return pattern.value
    throw new ServerError('the daemon names a pattern that is none', exitCode.temporary)
  })
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text)
}
