import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'

/** A certificate chain and its key, in PEM. */
export interface CertificatePair {
  readonly cert: Buffer
  readonly key: Buffer
}

export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

const LOOK_EVERY_MS = 30_000

/**
 * Reads a certificate and its key and proves that they belong together.
 *
 * Errors: those of the file system, and an `Error` for files that are no pair.
 */
export async function readCertificate(files: CertificateFiles): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([readFile(files.certFile), readFile(files.keyFile)])
  createSecureContext({ cert, key })
  return { cert, key }
}

export interface CertificateWatchOptions extends CertificateFiles {
  readonly onChange: (pair: CertificatePair) => void
  /** Told when the files changed and cannot be used; the old pair stays in force. */
  readonly onTrouble: (error: unknown) => void
  /** Default 30000. */
  readonly lookEveryMs?: number
}

/** Looks at both files and hands over what a renewal left there; answers how to stop. */
export function watchCertificate(options: CertificateWatchOptions): () => void {
  let seen = stamp(options)
  let isReading = false
  const look = async () => {
    const now = stamp(options)
    if (now === seen || isReading) return
    isReading = true
    try {
      const pair = await readCertificate(options)
      options.onChange(pair)
      seen = now
    } catch (error) {
      // A renewal may be between its two files: told once, looked at again as soon as either changes.
      seen = now
      options.onTrouble(error)
    } finally {
      isReading = false
    }
  }
  const timer = setInterval(() => void look(), options.lookEveryMs ?? LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function stamp(files: CertificateFiles): string {
  return [files.certFile, files.keyFile]
    .map(file => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`
    })
    .join(' ')
}
