import type { PostfixVersion } from './postfix-version.ts'

/** The parameters that are looked at; asked for by name, so that a version without one simply lacks it. */
export const postfixParameters = [
  'smtp_tls_policy_maps',
  'smtp_tls_security_level',
  'smtp_dns_support_level',
  'smtp_host_lookup',
  'smtp_tls_CAfile',
  'smtp_tls_CApath',
  'tls_append_default_CA',
  'smtp_tls_dane_insecure_mx_policy',
  'smtp_tls_enforce_sts_mx_patterns',
  'smtp_tls_loglevel',
  'smtp_tls_per_site',
  'smtp_tls_wrappermode',
  'smtp_use_tls',
  'smtp_enforce_tls',
  'smtp_tlsrpt_enable',
  'relayhost',
  'queue_directory',
  'multi_instance_directories',
] as const
export type PostfixParameter = (typeof postfixParameters)[number]

/** What one Postfix instance says of itself. */
export interface PostfixFacts {
  readonly version: PostfixVersion
  /** As written, `$name` and all. A parameter this version does not know is absent. */
  readonly written: Partial<Readonly<Record<PostfixParameter, string>>>
  /** The same with `$name` and conditions worked out. */
  readonly effective: Partial<Readonly<Record<PostfixParameter, string>>>
  /** `-o` options in master.cf, such as `relay/unix/smtp_tls_security_level`, with their values. */
  readonly serviceOverrides: Readonly<Record<string, string>>
  /** Whether the SMTP client of master.cf runs in the queue directory as its root. */
  readonly smtpChroot: boolean
}
