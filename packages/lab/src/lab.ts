import { createAddressPool } from './address-pool.ts'
import { type Attacker, type AttackMode, createAttacker } from './attacker.ts'
import { type CertificateAuthority, labCertificateAuthority } from './certificate-authority.ts'
import { createDnsServer, type DnsServer } from './dns-server.ts'
import {
  type LabDomain,
  type LabParts,
  type LabPortNumbers,
  portsOf,
  startDomain,
  startMxHosts,
  startNameServers,
} from './lab-parts.ts'
import { needsOwnHost, startPolicyHost } from './lab-policy-hosts.ts'
import { type LabPolicySpec, type LabSpec, policyRecord, policyText } from './lab-spec.ts'
import type { MxHost } from './mx-host.ts'
import type { ReceivedMessage } from './mx-record.ts'
import type { PolicyHost } from './policy-host.ts'
import { type Zone, zone } from './zone.ts'

/** A mail Internet that runs. */
export interface Lab {
  readonly spec: LabSpec
  readonly zone: Zone
  readonly dns: DnsServer
  readonly ca: CertificateAuthority
  readonly ports: LabPortNumbers
  /** Errors: a `RangeError` for a domain that is not in the spec. */
  domain(name: string): LabDomain
  domains(): readonly LabDomain[]
  /** Errors: a `RangeError` for a host that is not in the spec. */
  mxHost(name: string): MxHost
  /** The same host at each of its addresses where somebody listens. Errors: as `mxHost`. */
  mxHostAddresses(name: string): readonly MxHost[]
  /** Every message any host accepted. */
  received(): readonly ReceivedMessage[]
  /** Puts an attacker before every MX host of the domain, or changes what it does; hosts shared are hit for all. */
  attack(domain: string, mode: AttackMode): Promise<readonly Attacker[]>
  /** Publishes another policy in the safe order: the file first, then the id in DNS. */
  rollPolicy(domain: string, policy: LabPolicySpec | string, id: string): void
  close(): Promise<void>
}

/**
 * Starts everything a spec asks for, each host on an address of its own, on DNS, HTTPS and SMTP.
 * Errors: a `RangeError` for a spec that contradicts itself, the system's when ports cannot be had; what was
 * started by then is stopped.
 */
export async function createLab(spec: LabSpec): Promise<Lab> {
  const pool = createAddressPool()
  const options = spec.ttlSeconds === undefined ? {} : { ttlSeconds: spec.ttlSeconds }
  const parts: LabParts = {
    spec,
    pool,
    ca: await labCertificateAuthority(),
    zone: zone({}, options),
    ports: portsOf(spec.ports ?? 'high'),
    hosts: new Map(),
    hostsAtAddresses: new Map(),
    policyHosts: [],
    nameServers: [],
  }
  let dns: DnsServer | undefined
  const attackers = new Map<MxHost, Attacker>()

  async function close(): Promise<void> {
    await Promise.all([...attackers.values()].map(attacker => attacker.close()))
    await Promise.all([...parts.hostsAtAddresses.values()].flat().map(host => host.close()))
    await Promise.all(parts.policyHosts.map(host => host.close()))
    await Promise.all(parts.nameServers.map(server => server.close()))
    await dns?.close()
    await pool.release()
  }

  try {
    dns = await createDnsServer({
      address: await pool.next(),
      port: parts.ports.dns,
      source: parts.zone,
    })
    const domains = new Map<string, LabDomain>()
    await startMxHosts(parts)
    let sharedPolicyHost: PolicyHost | undefined
    for (const [name, domainSpec] of Object.entries(spec.domains)) {
      const { policy } = domainSpec
      const shares = policy !== undefined && !needsOwnHost(policy)
      if (shares) sharedPolicyHost ??= await startPolicyHost(parts)
      await startNameServers(parts, name, domainSpec)
      domains.set(name, await startDomain(parts, name, domainSpec, shares ? sharedPolicyHost : undefined))
    }
    parts.zone.merge(spec.zone ?? {})
    return join(parts, dns, domains, attackers, close)
  } catch (error) {
    await close()
    throw error
  }
}

function join(
  parts: LabParts,
  dns: DnsServer,
  domains: ReadonlyMap<string, LabDomain>,
  attackers: Map<MxHost, Attacker>,
  close: () => Promise<void>,
): Lab {
  const domain = (name: string) => {
    const found = domains.get(name)
    if (found === undefined) throw new RangeError(`${name} is not in this lab`)
    return found
  }
  return {
    spec: parts.spec,
    zone: parts.zone,
    dns,
    ca: parts.ca,
    ports: parts.ports,
    domain,
    domains: () => [...domains.values()],
    mxHost(name) {
      const host = parts.hosts.get(name)
      if (host === undefined) throw new RangeError(`${name} is no MX host of this lab`)
      return host
    },
    mxHostAddresses(name) {
      const found = parts.hostsAtAddresses.get(name)
      if (found === undefined) throw new RangeError(`${name} is no MX host of this lab`)
      return found
    },
    received: () => [...parts.hostsAtAddresses.values()].flat().flatMap(host => host.received()),
    async attack(name, mode) {
      const hosts = domain(name).mxHosts.flatMap(({ name: host }) => parts.hostsAtAddresses.get(host) ?? [])
      return Promise.all(hosts.map(host => attackHost(parts.ca, attackers, host, mode)))
    },
    rollPolicy(name, policy, id) {
      const { policyHosts, mxHosts } = domain(name)
      if (policyHosts.length === 0) throw new RangeError(`${name} has no policy host`)
      const spec = typeof policy === 'string' ? { text: policy } : policy
      const hostNames = mxHosts.map(host => host.name)
      for (const host of policyHosts) host.setPolicy(name, policyText(spec, hostNames))
      parts.zone.set(`_mta-sts.${name}`, 'TXT', policyRecord({ ...spec, id }))
    },
    close,
  }
}

async function attackHost(
  ca: CertificateAuthority,
  attackers: Map<MxHost, Attacker>,
  host: MxHost,
  mode: AttackMode,
): Promise<Attacker> {
  let attacker = attackers.get(host)
  if (attacker === undefined) {
    const [untrusted, wrongName] = await Promise.all([
      ca.issue({ names: [host.name], signedBy: 'other' }),
      ca.issue({ names: ['attacker.test'] }),
    ])
    attacker = createAttacker({ target: () => host.behind(), certificates: { untrusted, wrongName } })
    attackers.set(host, attacker)
    host.divert(socket => attacker?.accept(socket))
  }
  attacker.setMode(mode)
  return attacker
}
