/**
 * What to set in Zimbra, as text: its zmconfigd writes some of Postfix's parameters from LDAP and would undo a
 * `postconf -e` of those, while it leaves `smtp_tls_policy_maps` alone.
 */
export function zimbraAdvice(input: {
  readonly address: string
  readonly resolverValidates: boolean | undefined
}): string {
  const dane =
    input.resolverValidates === true
      ? `
Your resolver validates DNSSEC, so Postfix can use DANE:

  zmprov ms $(zmhostname) zimbraMtaSmtpTlsSecurityLevel dane
  zmprov ms $(zmhostname) zimbraMtaSmtpDnsSupportLevel dnssec

  (they become smtp_tls_security_level and smtp_dns_support_level)
`
      : `
No validating resolver was found, so DANE stays off; opportunistic TLS is what holds without a policy:

  zmprov ms $(zmhostname) zimbraMtaSmtpTlsSecurityLevel may

  (it becomes smtp_tls_security_level)
`
  return `Zimbra (as the user zimbra, on each MTA server)

Zimbra brings its own Postfix. Look at its version first:

  postconf -dh mail_version

Before 3.4 it cannot use MTA-STS policies: stop here. The map is postfix310 from 3.10 on, else postfix34:

  postconf -e 'smtp_tls_policy_maps = socketmap:${input.address}:postfix34'

No Zimbra attribute stands for smtp_tls_policy_maps, and zmconfigd leaves it alone. An upgrade of Zimbra can
write main.cf anew: set it again afterwards. Tables that stand there already must stay in front of it.
${dane}
MTA-STS needs the public certificate authorities:

  zmprov ms $(zmhostname) zimbraMtaSmtpTlsCAfile /etc/ssl/certs/ca-certificates.crt

  (it becomes smtp_tls_CAfile; the file is elsewhere on systems that are not Debian or Ubuntu)

Values set with zmprov reach Postfix within two minutes; then:

  zmmtactl reload

Which of these attributes your release has, "zmprov desc -a zimbraMtaSmtpTlsCAfile" tells. What Zimbra cannot
do: no attribute of its own for policy tables or for TLS reports.

The parameters themselves can be compared with what is needed:

  sternpost setup postfix --check --postconf /opt/zimbra/common/sbin/postconf
`
}
