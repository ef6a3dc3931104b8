import { MAX_DOMAIN_NAME_LENGTH } from '@sternpost/protocol'

/** Where an `_mta-sts` record is put by mistake (its column heading doubled, the underscore forgotten). */
export function misplacedMtaStsNames(domain: string): readonly string[] {
  return fitting([`mta-sts.${domain}`, `_mta_sts.${domain}`, `_mta-sts.${domain}.${domain}`])
}

/** Where a TLSRPT record is put by mistake; the first one is of a draft of RFC 8460. */
export function misplacedTlsRptNames(domain: string): readonly string[] {
  return fitting([
    `_smtp-tlsrpt.${domain}`,
    `_tls.${domain}`,
    `smtp._tls.${domain}`,
    `_smtp._tls.${domain}.${domain}`,
  ])
}

/**
 * The names a DMARC record may stand at, the domain's own first.
 *
 * Shape: at most eight, as RFC 9989 §4.10 bounds the walk: from the domain to its last two labels.
 */
export function dmarcNames(domain: string): readonly string[] {
  const labels = domain.split('.')
  const names = [`_dmarc.${domain}`]
  const start = Math.max(1, labels.length - 7)
  for (let at = start; at < labels.length - 1; at += 1) names.push(`_dmarc.${labels.slice(at).join('.')}`)
  return fitting(names)
}

/** The names at which CAA records for a host may stand, nearest first (RFC 8659 §3). */
export function caaNames(host: string, organizationalDomain: string): readonly string[] {
  const names: string[] = []
  for (let name = host; name.length >= organizationalDomain.length; ) {
    names.push(name)
    const dot = name.indexOf('.')
    if (dot === -1) break
    name = name.slice(dot + 1)
  }
  return names
}

function fitting(names: readonly string[]): readonly string[] {
  return names.filter(name => name.length <= MAX_DOMAIN_NAME_LENGTH)
}
