import { reverseName } from '@sternpost/network'
import type { AddressPool } from './address-pool.ts'
import { addAddress } from './address-records.ts'
import type { CertificateAuthority } from './certificate-authority.ts'
import type { DnsServer } from './dns-server.ts'
import { publishPolicy } from './lab-policy-hosts.ts'
import {
  certificateOptions,
  checkLabDomain,
  type LabCertificateSpec,
  type LabDomainSpec,
  type LabMxFace,
  type LabMxSpec,
  type LabPorts,
  type LabSpec,
} from './lab-spec.ts'
import type { LeafCertificate, TlsaParameters } from './leaf-certificate.ts'
import { createMxHost, type MxHost } from './mx-host.ts'
import type { ReceivedMessage } from './mx-record.ts'
import { type LabNameServerSpec, startNameServer } from './name-server.ts'
import type { PolicyHost } from './policy-host.ts'
import type { PolicyFault } from './policy-site.ts'
import { formatTlsaData } from './resource-record.ts'
import type { Zone } from './zone.ts'
import type { DnsFault, ZoneNameLiteral } from './zone-literal.ts'

/** The port of each protocol, the same on every address of a lab. */
export interface LabPortNumbers {
  readonly dns: number
  readonly https: number
  readonly smtp: number
  /** Policies that stand where they should not; a policy host listens there only if it has one. */
  readonly http: number
}

/** One domain of a lab with what belongs to it. */
export interface LabDomain {
  readonly name: string
  readonly spec: LabDomainSpec
  /** In order of preference; empty for a null MX. */
  readonly mxHosts: readonly MxHost[]
  /** Undefined without a policy; of several the one at the first address where somebody listens. */
  readonly policyHost: PolicyHost | undefined
  readonly policyHosts: readonly PolicyHost[]
  setPolicyFault(fault: PolicyFault | undefined): void
  /** Makes DNS fail for the domain and every name below it that is in the lab; undefined mends it. */
  setDnsFault(fault: DnsFault | undefined): void
  /** Messages that reached its hosts. */
  received(): readonly ReceivedMessage[]
}

/** What the parts of a lab share while it is built. */
export interface LabParts {
  readonly spec: LabSpec
  readonly pool: AddressPool
  readonly ca: CertificateAuthority
  readonly zone: Zone
  readonly ports: LabPortNumbers
  /** By name, at their first address. */
  readonly hosts: Map<string, MxHost>
  /** By name, at every address. */
  readonly hostsAtAddresses: Map<string, readonly MxHost[]>
  readonly policyHosts: PolicyHost[]
  readonly nameServers: DnsServer[]
}

export function portsOf(ports: LabPorts): LabPortNumbers {
  if (ports === 'high') return { dns: 10_053, https: 10_443, smtp: 10_025, http: 10_080 }
  if (ports === 'real') return { dns: 53, https: 443, smtp: 25, http: 80 }
  return { http: 10_080, ...ports }
}

/** The hosts of a domain as the spec has them, in order. */
function mxSpecsOf(name: string, spec: LabDomainSpec): Readonly<Record<string, LabMxSpec>> {
  if (spec.mx === 'null-mx') return {}
  if (spec.implicitMx && spec.mx !== undefined && Object.keys(spec.mx).join() !== name) {
    throw new RangeError(`${name}: with implicitMx the domain itself is the one host`)
  }
  return spec.mx ?? { [spec.implicitMx ? name : `mx.${name}`]: {} }
}

export async function startMxHosts(parts: LabParts): Promise<void> {
  const specs = new Map<string, LabMxSpec>()
  for (const [domain, domainSpec] of Object.entries(parts.spec.domains)) {
    checkLabDomain(domain)
    for (const [host, { preference: _, ...hostSpec }] of Object.entries(mxSpecsOf(domain, domainSpec))) {
      checkLabDomain(host)
      const known = specs.get(host)
      const described = Object.keys(hostSpec).length > 0
      if (known === undefined || Object.keys(known).length === 0) specs.set(host, hostSpec)
      else if (described) throw new RangeError(`MX host ${host} is described twice`)
    }
  }
  await Promise.all([...specs].map(([name, hostSpec]) => startMxHost(parts, name, hostSpec)))
}

async function startMxHost(parts: LabParts, name: string, spec: LabMxSpec): Promise<void> {
  const { ca, zone } = parts
  const { addresses = [{}], tlsa, aliasOf, reverseName: pointsBackTo, ...face } = spec
  const records = { A: [] as string[], AAAA: [] as string[] }
  const listening: MxHost[] = []
  for (const { ipv6, dead, outside, ...ownFace } of addresses) {
    const host =
      outside === undefined && dead !== true
        ? await startMxFace(parts, name, { ...face, ...ownFace }, tlsa)
        : undefined
    if (host !== undefined) listening.push(host)
    const address = outside ?? host?.address ?? (await parts.pool.next())
    const seen = addAddress(records, address, ipv6)
    if (pointsBackTo !== undefined) zone.set(reverseName(seen), 'PTR', pointsBackTo)
  }
  const [first] = listening
  // A host that nobody can reach still needs somebody to play it, should the lab be asked for it.
  const host = first ?? (await startMxFace(parts, name, face, tlsa))
  parts.hosts.set(name, host)
  parts.hostsAtAddresses.set(name, listening.length > 0 ? listening : [host])
  if (aliasOf !== undefined) zone.set(name, 'CNAME', aliasOf)
  for (const type of ['A', 'AAAA'] as const)
    if (records[type].length > 0) zone.set(aliasOf ?? name, type, records[type])
  if (tlsa !== undefined) {
    const data = await Promise.all(tlsa.map(one => tlsaData(ca, host.certificate, one)))
    zone.set(`_25._tcp.${name}`, 'TLSA', data)
  }
}

async function startMxFace(
  { ca, pool, ports }: LabParts,
  name: string,
  face: LabMxFace,
  tlsa: LabMxSpec['tlsa'],
): Promise<MxHost> {
  // A digest of a trust anchor can only be matched when the anchor is in the handshake.
  const includeRoot = tlsa?.some(one => typeof one === 'string' && one.startsWith('2')) ?? false
  const issue = (spec: LabCertificateSpec | undefined) =>
    ca.issue({ includeRoot, ...certificateOptions(spec, name) })
  const tls = {
    ...(face.certificateWithoutServerName === undefined
      ? {}
      : { withoutServerName: await issue(face.certificateWithoutServerName) }),
    ...(face.certificateForOtherNames === undefined
      ? {}
      : { forOtherNames: await issue(face.certificateForOtherNames) }),
    ...(face.minTlsVersion === undefined ? {} : { minVersion: face.minTlsVersion }),
    ...(face.maxTlsVersion === undefined ? {} : { maxVersion: face.maxTlsVersion }),
  }
  const weak = face.certificate === 'weak-key' || face.certificate === 'sha-1'
  return await createMxHost({
    name,
    address: await pool.next(),
    port: ports.smtp,
    certificate: await issue(face.certificate),
    // Also for weak certificates, which OpenSSL's own defaults would not let a server show.
    ...(Object.keys(tls).length > 0 || weak ? { tls } : {}),
    ...(face.fault === undefined ? {} : { fault: face.fault }),
  })
}

/** Starts the authoritative servers of a domain and names them in its zone. */
export async function startNameServers(parts: LabParts, domain: string, spec: LabDomainSpec): Promise<void> {
  const { zone, pool, ports } = parts
  if (spec.nameServers === undefined) return
  const servers: Readonly<Record<string, LabNameServerSpec>> =
    typeof spec.nameServers === 'object'
      ? spec.nameServers
      : Object.fromEntries(Array.from({ length: spec.nameServers }, (_, i) => [`ns${i + 1}.${domain}`, {}]))
  zone.set(domain, 'NS', Object.keys(servers))
  for (const [name, server] of Object.entries(servers)) {
    checkLabDomain(name)
    if (server.fault === 'no-address') continue
    const address = await pool.next()
    zone.set(name, 'A', address)
    if (server.fault === 'dead') continue
    parts.nameServers.push(await startNameServer(domain, server, zone, { address, port: ports.dns }))
  }
}

async function tlsaData(
  ca: CertificateAuthority,
  certificate: LeafCertificate,
  spec: NonNullable<LabMxSpec['tlsa']>[number],
): Promise<string> {
  if (typeof spec === 'object') return spec.presentation
  const parameters = spec.slice(0, 5) as TlsaParameters
  if (parameters === spec) return formatTlsaData(certificate.tlsa(parameters))
  const other = await ca.issue({ names: certificate.names, signedBy: 'other' })
  return formatTlsaData(other.tlsa(parameters))
}

export async function startDomain(
  parts: LabParts,
  name: string,
  spec: LabDomainSpec,
  sharedPolicyHost: PolicyHost | undefined,
): Promise<LabDomain> {
  const { hosts } = parts
  const mxSpecs = Object.entries(mxSpecsOf(name, spec))
    .map(([host, { preference }], index) => ({ host, preference: preference ?? 10 * (index + 1) }))
    .sort((one, other) => one.preference - other.preference)
  const mxHosts = mxSpecs.map(({ host }) => hosts.get(host)!)
  const mxRecords =
    spec.mx === 'null-mx' ? ['0 .'] : mxSpecs.map(({ host, preference }) => `${preference} ${host}`)

  const apex: ZoneNameLiteral = {
    ...(spec.implicitMx !== true && mxRecords.length > 0 ? { MX: mxRecords } : {}),
    ...(spec.dnssec === undefined ? {} : { dnssec: spec.dnssec }),
  }
  parts.zone.merge({ [name]: apex })
  if (spec.tlsRpt !== undefined) {
    const record = spec.tlsRpt.startsWith('v=') ? spec.tlsRpt : `v=TLSRPTv1; rua=${spec.tlsRpt}`
    parts.zone.set(`_smtp._tls.${name}`, 'TXT', record)
  }
  const policyHosts = await publishPolicy(parts, name, spec.policy, sharedPolicyHost, mxHosts)

  return {
    name,
    spec,
    mxHosts,
    policyHost: policyHosts[0],
    policyHosts,
    setPolicyFault(fault) {
      for (const host of policyHosts) host.setFault(name, fault)
    },
    setDnsFault(fault) {
      const names = [name, ...parts.zone.names().filter(other => other.endsWith(`.${name}`))]
      for (const each of names) parts.zone.setFault(each, fault)
    },
    received: () =>
      mxHosts.flatMap(host => parts.hostsAtAddresses.get(host.name) ?? []).flatMap(host => host.received()),
  }
}
