import { readFile, stat } from 'node:fs/promises'
import { matchDnsId } from '@sternpost/network'
import { LRUCache } from 'lru-cache'
import type { Logger } from '../../log/index.ts'
import { type CertificatePem, type LoadedCertificate, loadCertificate } from './judge-certificate.ts'

/** A certificate that another program renews; `{host}` and `{domain}` stand for the names of a published domain. */
export interface CertificateFileSettings {
  readonly certFile: string
  readonly keyFile: string
}

export interface CertificateFilesOptions {
  readonly files: readonly CertificateFileSettings[]
  readonly now: () => number
  readonly log: Logger
}

/** A certificate from a file, as it was read last. */
export interface CertificateFromFile extends LoadedCertificate {
  readonly pem: CertificatePem
  /** Changes with the files. */
  readonly stamp: string
}

interface KnownPair {
  /** Undefined where the files were never of use. */
  readonly certificate: CertificateFromFile | undefined
  readonly stamp: string
  readonly lookedAt: number
}

/** How often a pair of files is looked at, at most. */
const LOOK_EVERY_MS = 30_000
/** Each holds a TLS context; those asked for again are read again. */
const MAX_PAIRS = 2_000
const MAX_FILE_BYTES = 1_048_576

/**
 * Certificates that lie in files, such as certbot's, read again when they change.
 *
 * Errors: none; files that are no pair are told of in the log, once for each change, and what was read before stays.
 */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions
  readonly #pairs: LRUCache<string, KnownPair>

  constructor(options: CertificateFilesOptions) {
    this.#options = options
    this.#pairs = new LRUCache({ max: MAX_PAIRS })
  }

  /** The certificate for `mta-sts.<domain>` that is good for the longest time; undefined where no file has one. */
  async find(host: string): Promise<CertificateFromFile | undefined> {
    let best: CertificateFromFile | undefined
    for (const pattern of this.#options.files) {
      const found = await this.#look(fill(pattern, host))
      if (found === undefined || !matchDnsId(host, found.dnsNames)) continue
      if (best === undefined || found.notAfter > best.notAfter) best = found
    }
    return best
  }

  async #look(files: CertificateFileSettings): Promise<CertificateFromFile | undefined> {
    const { now, log } = this.#options
    const id = `${files.certFile}\n${files.keyFile}`
    const known = this.#pairs.get(id)
    if (known !== undefined && Math.abs(now() - known.lookedAt) < LOOK_EVERY_MS) return known.certificate
    const stamp = await stampOf(files)
    let certificate = known?.certificate
    if (stamp === undefined) {
      if (certificate !== undefined && known?.stamp !== 'gone')
        log.warn(files, 'the files of a certificate are gone; what was read of them stays in use')
    } else if (stamp !== known?.stamp) {
      try {
        certificate = await read(files, stamp)
        if (known !== undefined)
          log.info({ certFile: files.certFile }, 'a certificate was read again from its files')
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const kept = certificate === undefined ? '' : '; the one before stays in use'
        const code = isFileError(error) ? 'certificate/file-unreadable' : 'certificate/file-unfit'
        log.warn({ ...files, code, reason }, `a certificate from files cannot be used${kept}`)
      }
    }
    this.#pairs.set(id, { certificate, stamp: stamp ?? 'gone', lookedAt: now() })
    return certificate
  }
}

function fill({ certFile, keyFile }: CertificateFileSettings, host: string): CertificateFileSettings {
  const domain = host.replace(/^mta-sts\./, '')
  const put = (path: string) => path.replaceAll('{host}', host).replaceAll('{domain}', domain)
  return { certFile: put(certFile), keyFile: put(keyFile) }
}

async function stampOf({ certFile, keyFile }: CertificateFileSettings): Promise<string | undefined> {
  try {
    const stats = await Promise.all([stat(certFile), stat(keyFile)])
    return stats.map(({ ino, size, mtimeMs }) => `${ino}:${size}:${mtimeMs}`).join(' ')
  } catch {
    return undefined
  }
}

async function read(
  { certFile, keyFile }: CertificateFileSettings,
  stamp: string,
): Promise<CertificateFromFile> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)])
  if (cert.length > MAX_FILE_BYTES || key.length > MAX_FILE_BYTES) throw new Error('it has more than 1 MiB')
  const pem = { chainPem: cert.toString('utf8'), keyPem: key.toString('utf8') }
  return { ...loadCertificate(pem), pem, stamp }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
