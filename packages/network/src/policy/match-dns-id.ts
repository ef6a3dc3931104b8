/**
 * Tells whether one of a certificate's DNS names covers a host.
 *
 * Shape: `dnsNames` are the dNSName entries of the subject alternative name and nothing else; the common name
 * and IP addresses never count. Letters are folded. `*` stands for exactly one label and only as the complete
 * left-most one: `*.example.com` covers `mta-sts.example.com`, while `mta-*.example.com`, `*.*.example.com`
 * and `mta-sts.*.com` cover nothing.
 * Strict: `*.com`, a wildcard right below a top-level domain, covers nothing: no CA may issue it.
 * Source: RFC 8461 §3.3, RFC 6125 §6.4.1, §6.4.3.
 */
export function matchDnsId(host: string, dnsNames: readonly string[]): boolean {
  const reference = host.toLowerCase()
  if (reference === '' || reference.includes('*')) return false
  const dot = reference.indexOf('.')
  const parent = dot > 0 ? reference.slice(dot + 1) : ''
  const wildcard = parent.includes('.') ? `*.${parent}` : undefined
  return dnsNames.some(dnsName => {
    const presented = foldAscii(dnsName)
    return presented === reference || presented === wildcard
  })
}

// Not toLowerCase alone: it turns the Kelvin sign into k, and only ASCII letters may be folded (RFC 4343).
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase())
}
