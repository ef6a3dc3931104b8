import type { DnsLookup, SmtpObservation, SmtpProber } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { CertificateEvidence, CheckEvidence, MxHostEvidence } from '../publish/index.ts'

/** Addresses of one host that are connected to; a host with more is a cloud, and those tell enough. */
const MAX_ADDRESSES = 8

/**
 * Connects to every MX host at every address, as a sender in mode enforce would, and says what would stop it.
 *
 * Only what MTA-STS demands is looked at: STARTTLS and a certificate that is valid for the name (RFC 8461 §4.2).
 * What cannot be reached from here is unknown and not bad: many networks let nothing out on port 25.
 */
export async function mxHostEvidence(
  mxHosts: readonly DomainName[],
  eyes: { readonly dns: DnsLookup; readonly prober: SmtpProber; readonly now: () => number },
): Promise<CheckEvidence> {
  const at = eyes.now()
  const seen = await Promise.all(mxHosts.map(mxHost => probeHost(mxHost, eyes)))
  return {
    at,
    mxHosts: seen.map(({ host }) => host),
    certificates: seen.flatMap(({ certificates }) => certificates),
  }
}

interface SeenHost {
  readonly host: MxHostEvidence
  readonly certificates: readonly CertificateEvidence[]
}

async function probeHost(
  mxHost: DomainName,
  { dns, prober }: { readonly dns: DnsLookup; readonly prober: SmtpProber },
): Promise<SeenHost> {
  const answers = await Promise.all([dns.lookup(mxHost, 'A'), dns.lookup(mxHost, 'AAAA')])
  const addresses = answers.flatMap(answer => (answer.kind === 'records' ? answer.records : []))
  if (addresses.length === 0) {
    const failed = answers.find(answer => answer.kind === 'failure')
    const verdict = failed === undefined ? 'bad' : 'unknown'
    const why = failed?.kind === 'failure' ? failed.message : 'the name has no address'
    return { host: { mxHost, verdict, why }, certificates: [] }
  }
  const observations = await Promise.all(
    addresses
      .slice(0, MAX_ADDRESSES)
      .map(address =>
        prober.probe({ mxHost, address, tryServerNames: false, tryTlsVersions: false, tryInjection: false }),
      ),
  )
  const judged = observations.map(judge)
  const worst =
    judged.find(({ verdict }) => verdict === 'bad') ??
    judged.find(({ verdict }) => verdict === 'unknown') ??
    judged[0]!
  const ends = observations
    .map(({ tls }) => tls?.chain.certificates[0]?.notAfter)
    .filter(end => end !== undefined && end !== null)
  return {
    host: { mxHost, ...worst },
    certificates: [{ host: mxHost, expiresAt: ends.length === 0 ? undefined : Math.min(...ends) }],
  }
}

function judge(observation: SmtpObservation): Pick<MxHostEvidence, 'verdict' | 'why'> {
  const { address, startTlsOffered, tls, fault } = observation
  if (tls !== undefined) {
    const { faults } = tls.chain
    return faults.length === 0
      ? { verdict: 'good', why: undefined }
      : { verdict: 'bad', why: `its certificate at ${address} is not valid: ${faults.join(', ')}` }
  }
  if (startTlsOffered === false) return { verdict: 'bad', why: `STARTTLS is not offered at ${address}` }
  const isPastOffer = fault?.step === 'starttls' || fault?.step === 'handshake'
  return { verdict: isPastOffer ? 'bad' : 'unknown', why: fault?.message ?? `nothing was seen at ${address}` }
}
