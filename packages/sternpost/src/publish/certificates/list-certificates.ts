import type { PublishStore } from '../domains/publish-store.ts'
import type { CertificateState } from './certificate-source.ts'

/** A domain with how its certificate stands. */
export interface ListedCertificate {
  readonly domain: string
  readonly state: CertificateState
}

/** Domains read at once. */
const PAGE = 500

/** A page of domains with how their certificates stand; `next` is the domain to go on after. */
export async function listCertificates(
  publish: PublishStore,
  read: (domain: string) => Promise<CertificateState>,
  options: {
    readonly after?: string | undefined
    readonly limit: number
    /** Only those that have none, or one that was not renewed in time. */
    readonly failing: boolean
    readonly among?: ReadonlySet<string> | undefined
  },
): Promise<{ readonly page: readonly ListedCertificate[]; readonly next: string | undefined }> {
  const { limit, failing, among } = options
  const found: ListedCertificate[] = []
  let after = options.after ?? ''
  for (let hasMore = true; hasMore && found.length <= limit; ) {
    const domains = await publish.list({ after, limit: PAGE, among })
    for (const { domain } of domains) {
      const state = await read(domain)
      if (!failing || state.condition !== 'valid') found.push({ domain, state })
      if (found.length > limit) break
    }
    after = domains.at(-1)?.domain ?? after
    hasMore = domains.length === PAGE
  }
  const page = found.slice(0, limit)
  return { page, next: found.length > limit ? page.at(-1)?.domain : undefined }
}
