/**
 * The lines of Postfix's main.cf that have it ask a listener; undefined without one.
 *
 * Shape: the map that every Postfix since 3.4 understands; a listener on all addresses is reached by loopback; DANE
 * only where the resolver validates. `sternpost setup postfix` fits them to the version that is installed.
 */
export function postfixSettings(listening: readonly string[], isDaneOn: boolean): string | undefined {
  const [first] = listening
  if (first === undefined) return undefined
  return [
    `smtp_tls_policy_maps = socketmap:${tableAddress(first)}:postfix34`,
    ...(isDaneOn
      ? ['smtp_tls_security_level = dane', 'smtp_dns_support_level = dnssec']
      : ['smtp_tls_security_level = may']),
  ].join('\n')
}

function tableAddress(listening: string): string {
  if (listening.startsWith('unix:')) return listening
  const at = listening.lastIndexOf(':')
  const host = listening.slice(0, at)
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host
  return `inet:${reached}:${listening.slice(at + 1)}`
}
