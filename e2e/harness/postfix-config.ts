/** Lines of main.cf by name. */
export type PostfixSettings = Readonly<Record<string, string>>

export interface MainConfigParts {
  /** Folder inside the root that holds `etc`, `spool`, `data` and `log`. */
  readonly base: string
  readonly address: string
  readonly settings: PostfixSettings
}

/** Writes main.cf: a sender only, verbose about TLS, that tries again when it is told to and not before. */
export function postfixMainConfig({ base, address, settings }: MainConfigParts): string {
  const lines: PostfixSettings = {
    compatibility_level: '3.6',
    queue_directory: `${base}/spool`,
    data_directory: `${base}/data`,
    maillog_file: `${base}/log/mail.log`,
    maillog_file_prefixes: '/srv',
    myhostname: 'mail.sender.test',
    mydestination: '',
    local_transport: 'error:no local mail',
    // Addresses that Postfix takes for its own make an MX host "loop back to myself".
    inet_interfaces: address,
    inet_protocols: 'ipv4',
    smtp_bind_address: address,
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    smtpd_peername_lookup: 'no',
    // Bounces go nowhere, they would only be mail about mail.
    transport_maps: 'inline:{sender.test=discard:}',
    notify_classes: '',
    // An attempt is made when the scenario asks for it.
    minimal_backoff_time: '1h',
    maximal_backoff_time: '1h',
    queue_run_delay: '1h',
    default_destination_concurrency_failed_cohort_limit: '0',
    smtp_connection_cache_on_demand: 'no',
    smtp_connect_timeout: '3s',
    smtp_helo_timeout: '3s',
    smtp_mail_timeout: '5s',
    smtp_starttls_timeout: '3s',
    smtp_tls_loglevel: '1',
    smtp_tls_CAfile: `${base}/ca.pem`,
    smtp_tls_security_level: 'may',
    smtp_dns_support_level: 'dnssec',
    ...settings,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

/** Writes master.cf: what sending needs, and no service in a chroot of its own. */
export function masterConfig(address: string): string {
  return `${address}:25 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}
