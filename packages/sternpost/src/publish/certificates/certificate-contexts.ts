import type { SecureContext } from 'node:tls'
import { type DomainName, parseDomainName } from '@sternpost/protocol'
import { LRUCache } from 'lru-cache'
import type { CertificateFiles } from './certificate-files.ts'
import type { CertificateStore } from './certificate-store.ts'
import { loadCertificate } from './judge-certificate.ts'
import { ContextRelease } from './release-contexts.ts'

export interface CertificateContextsOptions {
  readonly store: CertificateStore
  readonly files: CertificateFiles
  readonly now: () => number
  /** Certificates kept ready; the longest unused go first. */
  readonly maxLoaded: number
  /** Told of a stored certificate that cannot be loaded. */
  readonly onUnusable: (host: string, error: unknown) => void
}

interface Loaded {
  readonly context: SecureContext
  /** Tells one certificate from the next. */
  readonly version: string
  readonly lookedAt: number
}

/** How long a loaded certificate is served before it is asked whether there is a newer one. */
const LOOK_EVERY_MS = 30_000
/** How long it is remembered that there is none, so that a flood of strange names asks nobody. */
const NONE_MS = 5_000
const MAX_NONE = 10_000

/** TLS contexts by host, loaded when a client first asks for them, bounded in number. */
export class CertificateContexts {
  readonly #options: CertificateContextsOptions
  readonly #loaded: LRUCache<string, Loaded>
  /** When it was found that there is none. */
  readonly #none = new LRUCache<string, number>({ max: MAX_NONE })
  readonly #loading = new Map<string, Promise<SecureContext | undefined>>()

  constructor(options: CertificateContextsOptions) {
    this.#options = options
    const release = new ContextRelease()
    this.#loaded = new LRUCache({ max: options.maxLoaded, dispose: () => release.noteGivenUp() })
  }

  get loadedCount(): number {
    return this.#loaded.size
  }

  async contextFor(serverName: string): Promise<SecureContext | undefined> {
    const host = hostOf(serverName)
    if (host === undefined) return undefined
    const now = this.#options.now()
    const known = this.#loaded.get(host)
    if (known !== undefined) {
      // Nobody waits for a look at the database while there is a certificate.
      if (Math.abs(now - known.lookedAt) >= LOOK_EVERY_MS) void this.#load(host)
      return known.context
    }
    const noneSince = this.#none.get(host)
    if (noneSince !== undefined && Math.abs(now - noneSince) < NONE_MS) return undefined
    return await this.#load(host)
  }

  /** Has the next client get what is there now. */
  forget(host: string): void {
    this.#none.delete(host)
    this.#loaded.delete(host)
  }

  #load(host: string): Promise<SecureContext | undefined> {
    const running = this.#loading.get(host)
    if (running !== undefined) return running
    const loading = this.#loadOnce(host)
      .catch((error: unknown) => {
        this.#options.onUnusable(host, error)
        return this.#loaded.peek(host)?.context
      })
      .finally(() => this.#loading.delete(host))
    this.#loading.set(host, loading)
    return loading
  }

  async #loadOnce(host: string): Promise<SecureContext | undefined> {
    const { store, files, now } = this.#options
    const known = this.#loaded.peek(host)
    const [row, file] = await Promise.all([store.certificate(host), files.find(host)])
    const keep = (context: SecureContext, version: string) => {
      this.#none.delete(host)
      this.#loaded.set(host, { context, version, lookedAt: now() })
      return context
    }
    // The one that is good for longer: a renewal of another program may have stopped, or ours.
    if (file !== undefined && file.notAfter >= (row?.not_after ?? 0)) return keep(file.context, file.stamp)
    if (row !== undefined) {
      const version = `issued ${row.issued_at}`
      if (known?.version === version) return keep(known.context, version)
      return keep(loadCertificate({ chainPem: row.chain_pem, keyPem: row.key_pem }).context, version)
    }
    if (known !== undefined) return keep(known.context, known.version)
    this.#none.set(host, now())
    return undefined
  }
}

/** A name of a client as we write names; undefined where it is none. */
export function hostOf(serverName: string): DomainName | undefined {
  const name = parseDomainName(serverName)
  return name.ok ? name.value : undefined
}
