import type { SmtpObservation } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import type { Evidence, FindingSubject } from '../finding.ts'
import type { SeenMxAddress } from '../observation.ts'
import type { HostView } from './domain-view.ts'
import { seenAt } from './evidence.ts'

/** One address at which a session was tried. */
export interface ProbedAddress {
  readonly address: string
  readonly smtp: SmtpObservation
}

/** Addresses that were tried; those not public have a finding of their own. */
export function probedAddresses({ addresses }: Pick<HostView, 'addresses'>): readonly ProbedAddress[] {
  return addresses.filter(
    (seen): seen is SeenMxAddress & ProbedAddress =>
      seen.smtp !== null && seen.smtp.fault?.code !== 'smtp/address-refused',
  )
}

/** The host, with the address where the fault is at one of several. */
export function hostSubject({ mxHost, addresses }: HostView, at: readonly ProbedAddress[]): FindingSubject {
  const [only] = at
  const single = at.length === 1 && addresses.length > 1 && only !== undefined
  return { kind: 'mx-host', host: mxHost, ...(single ? { address: only.address } : {}) }
}

/** `on 1 of 3 addresses`; nothing where it is so on all. */
export function onSome(at: readonly ProbedAddress[], of: readonly ProbedAddress[]): string {
  return at.length === of.length
    ? ''
    : ` on ${at.length} of ${of.length} addresses (${at.map(({ address }) => address).join(', ')})`
}

export function sessionSource({ address, smtp }: ProbedAddress): string {
  return `${smtp.mxHost} at ${address} port ${smtp.port}`
}

/** Where a session ended before its time. */
export function faultEvidence(seen: ProbedAddress): Evidence {
  const { fault, startedAt } = seen.smtp
  const shown = fault?.seen === undefined ? '' : `; seen ${quote(fault.seen, 200)}`
  return seenAt(
    `${fault?.step ?? 'session'}: ${fault?.message ?? 'ended well'}${shown}`,
    sessionSource(seen),
    startedAt,
  )
}

/** What the host offers before TLS, and after. */
export function ehloEvidence(seen: ProbedAddress): Evidence {
  const { capabilities = [], capabilitiesAfterTls, startedAt } = seen.smtp
  const after = capabilitiesAfterTls === undefined ? '' : `; after TLS: ${capabilitiesAfterTls.join(' | ')}`
  return seenAt(`EHLO: ${capabilities.join(' | ') || 'no extension'}${after}`, sessionSource(seen), startedAt)
}
