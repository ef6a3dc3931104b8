import { existsSync } from 'node:fs'

/** Where systems keep the public certificate authorities in one file: Debian, Fedora, SUSE, Alpine and the BSDs. */
const CANDIDATES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The bundle of this machine, or undefined where there is none in a usual place. */
export function findCaBundle(): string | undefined {
  return CANDIDATES.find(file => existsSync(file))
}
