import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type SecureVersion,
} from 'node:tls'
import type { LeafCertificate } from './leaf-certificate.ts'

/** What an MX host shows in its handshake; everything left out is as `certificate` has it. */
export interface MxTls {
  readonly certificate: LeafCertificate
  /** For a client that sends no SNI. */
  readonly withoutServerName?: LeafCertificate
  /** For a client that names any other host than this one. */
  readonly forOtherNames?: LeafCertificate
  /** Default: those of a careful operator, 1.2 and 1.3. */
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
}

/** The options of a server-side TLS socket that behaves so. */
export interface MxTlsOptions extends SecureContextOptions {
  readonly secureContext: SecureContext
  readonly SNICallback: (
    serverName: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ) => void
}

/** Works the TLS options of a host out; `name` is the one that `certificate` answers to. */
export function mxTlsOptions(name: string, tls: MxTls): MxTlsOptions {
  const { certificate, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' } = tls
  const versions = {
    minVersion,
    maxVersion,
    // Weak keys, SHA-1 and the old versions are part of the play; OpenSSL refuses them from level 1 or 2 on.
    ciphers: 'DEFAULT@SECLEVEL=0',
  }
  const keyPair = ({ keyPem, chainPem }: LeafCertificate) => ({ key: keyPem, cert: chainPem })
  const contextOf = (shown: LeafCertificate) => createSecureContext({ ...versions, ...keyPair(shown) })
  const fallback = tls.withoutServerName ?? certificate
  const forName = contextOf(certificate)
  const forOthers = tls.forOtherNames === undefined ? forName : contextOf(tls.forOtherNames)
  return {
    ...versions,
    ...keyPair(fallback),
    secureContext: fallback === certificate ? forName : contextOf(fallback),
    SNICallback: (serverName, done) => done(null, serverName.toLowerCase() === name ? forName : forOthers),
  }
}
