/** What every entry of `publish.dns.writers` has. */
interface CommonSettings {
  readonly name: string
  readonly zones: readonly string[]
  readonly timeoutSeconds: number
}

export interface Rfc2136Settings extends CommonSettings {
  readonly type: 'rfc2136'
  readonly server: { readonly address: string; readonly port: number }
  readonly keyFile?: string | undefined
  readonly keyVariable?: string | undefined
}

export interface CloudflareSettings extends CommonSettings {
  readonly type: 'cloudflare'
  readonly tokenFile?: string | undefined
  readonly apiUrl: string
}

export interface Route53Settings extends CommonSettings {
  readonly type: 'route53'
  readonly credentialsFile?: string | undefined
  readonly apiUrl: string
}

export interface HookSettings extends CommonSettings {
  readonly type: 'hook'
  readonly command: readonly string[]
  readonly reads: 'servers' | 'command'
}

/** One way to write records, as the configuration has it. */
export type DnsWriterSettings = Rfc2136Settings | CloudflareSettings | Route53Settings | HookSettings

/** The sub-section `publish.dns`. */
export interface PublishDnsSettings {
  readonly ttlSeconds: number
  /** A name, or addresses; neither where people keep those records. */
  readonly policyHost: { readonly addresses: readonly string[]; readonly name?: string | undefined }
  readonly operatorZone?: string | undefined
  readonly verifyTimeoutSeconds: number
  /** Networks to which authoritative servers may belong although they are not public. */
  readonly allowAddresses: readonly string[]
  readonly writers: readonly DnsWriterSettings[]
}
