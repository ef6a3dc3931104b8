/** What Postfix logs, 3.7 and 3.10 alike, when it keeps or returns a message. */
export const postfixReasons = {
  notOffered: /TLS is required, but was not offered by host/,
  refused: /TLS is required, but host \S+ refused to start TLS/,
  handshake: /Cannot start TLS: handshake failure/,
  noTlsaMatch: /no matching DANE TLSA records.*Server certificate not verified/s,
  hostName: /hostname mismatch.*Server certificate not verified/s,
  expired: /certificate has expired.*Server certificate not verified/s,
  notYetValid: /certificate not yet valid.*Server certificate not verified/s,
  selfSigned: /self-signed certificate.*Server certificate not verified/s,
  untrustedIssuer: /untrusted issuer.*Server certificate not verified/s,
  /** 3.10 alone compares the MX host name. */
  mxHost: /MX name '\S+' does not match STS MX pattern/,
  noAnswer: /Name service error for name=\S+ type=MX: Host not found, try again/,
  nullMx: /does not accept mail \(nullMX\)/,
  noDomain: /Name service error for name=\S+ type=A: Host not found\)/,
} as const
