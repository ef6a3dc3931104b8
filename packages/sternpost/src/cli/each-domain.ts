import type { DomainName } from '@sternpost/protocol'
import type { PublishedDomain } from '../publish/index.ts'
import type { DomainDesk } from './domain-desk.ts'

const PAGE = 500

/** The domains that are named, as far as they are there, or all of them, a page at a time. */
export async function* eachDomain(
  desk: DomainDesk,
  only: readonly DomainName[] | undefined,
  onMissing: (domain: DomainName) => void = () => {},
): AsyncGenerator<PublishedDomain> {
  for (const domain of only ?? []) {
    const known = await desk.find(domain)
    if (typeof known === 'string') onMissing(domain)
    else yield known.stored
  }
  let after: DomainName | undefined
  for (let isMore = only === undefined; isMore; ) {
    const page = await desk.list({ after, limit: PAGE })
    yield* page
    after = page.at(-1)?.domain
    isMore = page.length === PAGE
  }
}
