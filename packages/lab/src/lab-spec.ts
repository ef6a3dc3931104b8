import type { SecureVersion } from 'node:tls'
import type { MtaStsMode } from '@sternpost/protocol'
import type { CertificateOptions } from './certificate-authority.ts'
import type { TlsaParameters } from './leaf-certificate.ts'
import type { MxFault } from './mx-host.ts'
import type { LabNameServerSpec } from './name-server.ts'
import type { PolicyFault } from './policy-site.ts'
import type { DnssecState, ZoneLiteral } from './zone-literal.ts'

/** What is to be in the lab; everything left out is as a careful operator would have it. */
export interface LabSpec {
  /** By domain, under `.test` or `.example`. */
  readonly domains: Readonly<Record<string, LabDomainSpec>>
  /** Records and states beside or in place of those that follow from the domains. */
  readonly zone?: ZoneLiteral
  /** Default `high`. */
  readonly ports?: LabPorts
  /** TTL of all records that name none. Default 300. */
  readonly ttlSeconds?: number
}

/**
 * `high`: DNS 10053, HTTPS 10443, SMTP 10025, HTTP 10080 on every address, which needs no root. `real`: 53, 443, 25, 80. Every
 * host has its own address, so that one number serves all and a client needs just the port for each protocol.
 */
export type LabPorts =
  | 'high'
  | 'real'
  | { readonly dns: number; readonly https: number; readonly smtp: number; readonly http?: number }

export interface LabDomainSpec {
  /** Of the whole zone, hosts below the domain included. Default `insecure`. */
  readonly dnssec?: DnssecState
  /**
   * By host name, in order of preference. A host that several domains use is described once; the others say `{}`.
   * `null-mx` is RFC 7505. Default: one host, `mx.` and the domain, or with `implicitMx` the domain itself.
   */
  readonly mx?: Readonly<Record<string, LabMxSpec>> | 'null-mx'
  /** No MX records: a sender takes the domain itself for the host (RFC 5321 §5.1). */
  readonly implicitMx?: boolean
  /** Default: none, no TXT record and no policy host. */
  readonly policy?: LabPolicySpec
  /**
   * Authoritative servers on addresses of their own, on the port of DNS, by name; a number for so many good ones.
   * Default: none, the resolver alone knows the domain.
   */
  readonly nameServers?: number | Readonly<Record<string, LabNameServerSpec>>
  /** The record at `_smtp._tls`: `rua` addresses, or a whole record. */
  readonly tlsRpt?: string
}

export interface LabMxSpec extends LabMxFace {
  /** Default 10, 20, … in the order of the literal. */
  readonly preference?: number
  /** Default: one IPv4 address. Each has all that the host has, but for what it says itself. */
  readonly addresses?: readonly LabMxAddressSpec[]
  /** The name its addresses point back to (PTR). Default: none. */
  readonly reverseName?: string
  /** TLSA records at `_25._tcp.` and the host. */
  readonly tlsa?: readonly LabTlsaSpec[]
  /** A name the host is an alias of; the address then stands there. */
  readonly aliasOf?: string
}

/** How an MX host shows itself at an address. */
export interface LabMxFace {
  readonly fault?: MxFault
  readonly certificate?: LabCertificateSpec
  /** Shown to clients that send no SNI. Default: the same. */
  readonly certificateWithoutServerName?: LabCertificateSpec
  /** Shown to clients that name another host. Default: the same. */
  readonly certificateForOtherNames?: LabCertificateSpec
  /** Default 1.2 to 1.3. */
  readonly minTlsVersion?: SecureVersion
  readonly maxTlsVersion?: SecureVersion
}

export interface LabMxAddressSpec extends LabMxFace {
  /**
   * An AAAA record. Loopback has one IPv6 address only, so it is the IPv4-mapped form of one of the lab's, which a
   * client connects to by IPv6 all the same.
   */
  readonly ipv6?: boolean
  /** Nobody listens there. */
  readonly dead?: boolean
  /** An address from outside the lab, such as a private one, which a client should refuse to call. */
  readonly outside?: string
}

/** Parameters of the host's own certificate, the same with data of another key, or a whole record. */
export type LabTlsaSpec = TlsaParameters | `${TlsaParameters} mismatch` | { readonly presentation: string }

/** A named certificate fault, or options for anything else. `wrong-name` is good for another host. */
export type LabCertificateSpec =
  | 'good'
  | 'wrong-name'
  | 'expired'
  | 'not-yet-valid'
  | 'self-signed'
  | 'other-ca'
  | 'common-name-only'
  | 'missing-intermediate'
  | 'expired-intermediate'
  | 'weak-key'
  | 'sha-1'
  | 'client-only'
  | 'huge-chain'
  | Partial<CertificateOptions>

export interface LabPolicySpec {
  readonly mode?: MtaStsMode
  /** Patterns of the policy file. Default: the domain's hosts. */
  readonly mx?: readonly string[]
  /** Default 86400. */
  readonly maxAgeSeconds?: number
  /** Id in the TXT record. Default `1`. */
  readonly id?: string
  /** The policy file as it is, in place of mode, mx and maxAgeSeconds. */
  readonly text?: string
  /** The TXT record as it is, in place of id. */
  readonly record?: string
  readonly fault?: PolicyFault
  readonly certificate?: LabCertificateSpec
  /**
   * Default: one IPv4 address. With more, or one that says anything, the policy host is its own; each address has all
   * that the policy has, but for what it says itself.
   */
  readonly addresses?: readonly LabPolicyAddressSpec[]
  /** Shown to clients that send no SNI; the policy host is then its own. Default: none, the handshake fails. */
  readonly certificateWithoutServerName?: LabCertificateSpec
  /** The highest TLS version, down to 1.0; the policy host is then its own. Default 1.3, and nothing below 1.2. */
  readonly maxTlsVersion?: SecureVersion
  /** Further URLs that serve the policy, such as `http://mta-sts.example.test/.well-known/mta-sts.txt`. */
  readonly elsewhere?: readonly string[]
  /** A name the policy host is an alias of (RFC 8461 §8.2); the address then stands there. */
  readonly aliasOf?: string
  /** Default `shared`: one HTTPS server for the lab. `own` gives the policy host an address of its own. */
  readonly host?: 'shared' | 'own'
}

export interface LabPolicyAddressSpec {
  readonly fault?: PolicyFault
  readonly certificate?: LabCertificateSpec
  /** Another policy file than the others serve. */
  readonly text?: string
  /** An AAAA record; see `LabMxAddressSpec`. */
  readonly ipv6?: boolean
  readonly dead?: boolean
  readonly outside?: string
}

/** Errors: a `RangeError` for a domain that could exist outside a lab. */
export function checkLabDomain(domain: string): void {
  if (!/\.(test|example)$/.test(domain) || domain !== domain.toLowerCase()) {
    throw new RangeError(`${domain}: lab domains are lower case and end in .test or .example (RFC 2606)`)
  }
}

/** The options that a certificate word stands for. */
export function certificateOptions(spec: LabCertificateSpec | undefined, name: string): CertificateOptions {
  switch (spec) {
    case undefined:
    case 'good':
      return { names: [name] }
    case 'wrong-name':
      return { names: ['wrong-name.test'] }
    case 'expired':
    case 'not-yet-valid':
      return { names: [name], validity: spec }
    case 'self-signed':
      return { names: [name], signedBy: 'self' }
    case 'other-ca':
      return { names: [name], signedBy: 'other' }
    case 'common-name-only':
      return { names: [name], commonNameOnly: true }
    case 'missing-intermediate':
      return { names: [name], intermediate: 'missing' }
    case 'expired-intermediate':
      return { names: [name], intermediate: 'expired' }
    case 'weak-key':
      return { names: [name], keyType: 'rsa-1024' }
    case 'sha-1':
      return { names: [name], hash: 'SHA-1' }
    case 'client-only':
      return { names: [name], extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }
    case 'huge-chain':
      // Five certificates of 16 KiB: as much as OpenSSL takes without being told to take more.
      return { names: [name], paddingBytes: 16_384, extraCertificates: 4 }
    default:
      return { names: [name], ...spec }
  }
}

/** The policy file that a spec stands for. */
export function policyText(spec: LabPolicySpec, mxHosts: readonly string[]): string {
  if (spec.text !== undefined) return spec.text
  const patterns = spec.mx ?? mxHosts
  const lines = [
    'version: STSv1',
    `mode: ${spec.mode ?? 'enforce'}`,
    ...patterns.map(pattern => `mx: ${pattern}`),
    `max_age: ${spec.maxAgeSeconds ?? 86_400}`,
  ]
  return lines.map(line => `${line}\r\n`).join('')
}

/** The TXT record at `_mta-sts` that a spec stands for. */
export function policyRecord(spec: LabPolicySpec): string {
  return spec.record ?? `v=STSv1; id=${spec.id ?? '1'};`
}
