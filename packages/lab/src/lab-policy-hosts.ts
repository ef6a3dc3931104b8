import { addAddress } from './address-records.ts'
import type { LabParts } from './lab-parts.ts'
import {
  certificateOptions,
  type LabPolicyAddressSpec,
  type LabPolicySpec,
  policyRecord,
  policyText,
} from './lab-spec.ts'
import type { MxHost } from './mx-host.ts'
import { createPolicyHost, type PolicyHost, type PolicyHostOptions } from './policy-host.ts'

export async function startPolicyHost(
  parts: LabParts,
  options: Partial<Pick<PolicyHostOptions, 'defaultCertificate' | 'httpPort' | 'maxTlsVersion'>> = {},
): Promise<PolicyHost> {
  const { ca, ports, pool } = parts
  const host = await createPolicyHost({ address: await pool.next(), port: ports.https, ca, ...options })
  parts.policyHosts.push(host)
  return host
}

/** Whether a policy needs a host of its own. */
export function needsOwnHost(policy: LabPolicySpec): boolean {
  const { host, addresses, certificateWithoutServerName, elsewhere, maxTlsVersion } = policy
  const wishes = [addresses, certificateWithoutServerName, elsewhere, maxTlsVersion]
  return host === 'own' || wishes.some(wish => wish !== undefined)
}

/** The hosts of one policy, by address, and what stands in DNS for those and for addresses without a host. */
interface PolicyHosts {
  readonly hosts: readonly { readonly host: PolicyHost; readonly own: LabPolicyAddressSpec }[]
  readonly records: { readonly A: string[]; readonly AAAA: string[] }
}

async function startPolicyHosts(parts: LabParts, name: string, policy: LabPolicySpec): Promise<PolicyHosts> {
  const { certificateWithoutServerName: unnamed, elsewhere, addresses = [{}], maxTlsVersion } = policy
  const options = {
    ...(unnamed === undefined
      ? {}
      : { defaultCertificate: await parts.ca.issue(certificateOptions(unnamed, `mta-sts.${name}`)) }),
    ...(maxTlsVersion === undefined ? {} : { maxTlsVersion }),
    ...(elsewhere?.some(url => url.startsWith('http:')) === true ? { httpPort: parts.ports.http } : {}),
  }
  const hosts: { readonly host: PolicyHost; readonly own: LabPolicyAddressSpec }[] = []
  const records = { A: [] as string[], AAAA: [] as string[] }
  for (const own of addresses) {
    const { outside, dead, ipv6 } = own
    const host = outside === undefined && dead !== true ? await startPolicyHost(parts, options) : undefined
    if (host !== undefined) hosts.push({ host, own })
    addAddress(records, outside ?? host?.address ?? (await parts.pool.next()), ipv6)
  }
  return { hosts, records }
}

/** Puts a policy on its hosts and both its names into DNS. */
export async function publishPolicy(
  parts: LabParts,
  name: string,
  policy: LabPolicySpec | undefined,
  shared: PolicyHost | undefined,
  mxHosts: readonly MxHost[],
): Promise<readonly PolicyHost[]> {
  if (policy === undefined) return []
  const { zone, ca } = parts
  const policyHost = `mta-sts.${name}`
  const { hosts, records } =
    shared === undefined
      ? await startPolicyHosts(parts, name, policy)
      : { hosts: [{ host: shared, own: {} }], records: { A: [shared.address], AAAA: [] } }
  zone.set(`_mta-sts.${name}`, 'TXT', policyRecord(policy))
  if (policy.aliasOf !== undefined) zone.set(policyHost, 'CNAME', policy.aliasOf)
  const other = (policy.elsewhere ?? [])
    .map(url => new URL(url).hostname)
    .filter(hostname => hostname !== policyHost)
  for (const owner of new Set([policy.aliasOf ?? policyHost, ...other]))
    for (const type of ['A', 'AAAA'] as const)
      if (records[type].length > 0) zone.set(owner, type, records[type])

  const text = policyText(
    policy,
    mxHosts.map(host => host.name),
  )
  for (const { host, own } of hosts) {
    const { fault, certificate }: Pick<LabPolicySpec, 'fault' | 'certificate'> = { ...policy, ...own }
    host.setSite(name, {
      text: own.text ?? text,
      ...(fault === undefined ? {} : { fault }),
      ...(policy.elsewhere === undefined ? {} : { elsewhere: policy.elsewhere }),
      ...(certificate === undefined
        ? {}
        : { certificate: await ca.issue(certificateOptions(certificate, policyHost)) }),
    })
  }
  return hosts.map(({ host }) => host)
}
