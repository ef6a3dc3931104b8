import type { CaaRecord, ObservedCertificate } from '@sternpost/network'

/**
 * What CAs call themselves in CAA records, by what their certificates call them.
 *
 * Shape: only CAs whose names are sure; of any other nothing is said.
 * Source: https://www.ccadb.org/resources, "CAA identifiers".
 */
const caaIdentifiers: readonly (readonly [issuer: RegExp, identifiers: readonly string[]])[] = [
  [/\bO=Let's Encrypt\b/, ['letsencrypt.org']],
  [/\bO=Google Trust Services\b/, ['pki.goog']],
  [
    /\bO=(DigiCert|Thawte|GeoTrust|RapidSSL)\b/,
    ['digicert.com', 'symantec.com', 'geotrust.com', 'thawte.com', 'rapidssl.com'],
  ],
  [
    /\bO=(Sectigo|COMODO|ZeroSSL|USERTRUST)\b/i,
    ['sectigo.com', 'comodo.com', 'comodoca.com', 'usertrust.com', 'trust-provider.com'],
  ],
  [/\bO=GlobalSign\b/, ['globalsign.com']],
  [/\bO=Amazon\b/, ['amazon.com', 'amazontrust.com', 'awstrust.com', 'amazonaws.com']],
  [/\bO=Buypass\b/, ['buypass.com', 'buypass.no']],
]

/**
 * Whether CAA records keep the CA of a certificate from issuing it again.
 *
 * Shape: false where the CA is not known by name, unless no CA at all is allowed; a wildcard certificate is judged
 * by `issuewild` first.
 * Source: RFC 8659 §4.
 */
export function caaForbids(records: readonly CaaRecord[], certificate: ObservedCertificate): boolean {
  const wildcard = certificate.dnsNames.some(name => name.startsWith('*.'))
  const wild = records.filter(({ tag }) => tag === 'issuewild')
  const relevant = wildcard && wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue')
  if (relevant.length === 0) return false
  const allowed = relevant.map(({ value }) => (value.split(';', 1)[0] ?? '').trim().toLowerCase())
  if (allowed.every(name => name === '')) return true
  const known = caaIdentifiers.find(([issuer]) => issuer.test(certificate.issuer))
  return known !== undefined && !allowed.some(name => known[1].includes(name))
}

/** The organization that issued a certificate, or the whole name of the issuer where it has none. */
export function issuerOf(certificate: ObservedCertificate): string {
  return /\bO=([^,]*)/.exec(certificate.issuer)?.[1] ?? certificate.issuer
}
