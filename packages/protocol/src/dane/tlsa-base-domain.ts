import { type DomainName, MAX_DOMAIN_NAME_LENGTH } from '../names/domain-name.ts'

/**
 * The name TLSA records are asked at: `_25._tcp.mx.example.com`.
 *
 * Shape: `port` is the one connected to (RFC 7672 §2.2.3). null where the name would be longer than DNS allows,
 * so that no record can be there.
 * Source: RFC 6698 §3.
 */
export function tlsaName(tlsaBaseDomain: DomainName, port: number): DomainName | null {
  const name = `_${port}._tcp.${tlsaBaseDomain}`
  return name.length <= MAX_DOMAIN_NAME_LENGTH ? (name as DomainName) : null
}
