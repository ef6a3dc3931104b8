import { formatMxHostPattern } from '@sternpost/protocol'
import type {
  DomainWishes,
  ImportedDomain,
  ImportedPatterns,
  ProposalOptions,
  PublishedDomain,
} from '../publish/index.ts'
import type { ApiClient, CallInput } from './api-client.ts'
import type { DomainDesk } from './domain-desk.ts'
import {
  readCertificate,
  readKnown,
  readListed,
  readPatterns,
  readProposal,
  readRecord,
} from './domain-wire.ts'
import { ServerError } from './server-error.ts'

/** No page of the API is longer. */
const MAX_PAGE = 500
/** Each line may make the daemon ask DNS, and answers are not waited for for ever. */
const LOOKUPS_AT_ONCE = 50

/** Published domains of a daemon elsewhere. Errors: `ServerError` for what it refuses. */
export function domainDeskThere(api: ApiClient, now: () => number): DomainDesk {
  return {
    now,
    async list({ after, limit }) {
      const found: PublishedDomain[] = []
      for (let from = after; found.length < limit; ) {
        const size = Math.min(MAX_PAGE, limit - found.length)
        const { items, nextCursor } = await api.call('GET /domains', { query: { after: from, limit: size } })
        found.push(...items.map(readListed))
        from = found.at(-1)?.domain
        if (nextCursor === null) break
      }
      return found
    },
    async find(domain) {
      const wire = await where(
        'api/not-found',
        error => error.problem?.detail ?? error.message,
        () => api.call('GET /domains/:domain', { params: { domain } }),
      )
      return typeof wire === 'string' ? wire : readKnown(wire)
    },
    async propose(domain, isKnown, options) {
      const body = proposalBody(options)
      return readProposal(
        isKnown
          ? await api.call('POST /domains/:domain/propose', { params: { domain }, body })
          : await api.call('POST /domains/propose', { body: { ...body, domain } }),
      )
    },
    async add({ domain, wanted, dns, bimi = null, tlsa, ...rest }) {
      const { mode, maxAgeSeconds, mxHostPatterns } = wanted
      const wire = await where(
        'api/conflict',
        () => undefined,
        () =>
          api.call('POST /domains', {
            body: {
              domain,
              mode,
              ...wishesBody({
                ...rest,
                maxAgeSeconds,
                mxHostPatterns,
                bimi,
                tlsa,
                dnsWriter: dns.writer,
                dnsApply: dns.apply,
              }),
            },
          }),
      )
      return wire === undefined ? undefined : readKnown(wire)
    },
    async change(domain, wishes) {
      const wire = await where(
        'api/not-found',
        () => undefined,
        () => api.call('PATCH /domains/:domain', { params: { domain }, body: wishesBody(wishes) }),
      )
      return wire === undefined ? undefined : readKnown(wire)
    },
    async remove(domain, force) {
      await api.call('DELETE /domains/:domain', { params: { domain }, query: { force } })
    },
    async records({ stored: { domain } }) {
      const wire = await where(
        'dns-write/settings',
        error => error.problem?.detail ?? error.message,
        () => api.call('GET /domains/:domain/records', { params: { domain } }),
      )
      return typeof wire === 'string' ? wire : wire.items.map(readRecord)
    },
    async certificate(domain) {
      const wire = await api.call('GET /domains/:domain/certificate', { params: { domain } })
      return { state: readCertificate(wire), isOrdered: wire.isOrdered, isNeeded: wire.isNeeded }
    },
    async importPatterns(domains) {
      const found: ImportedPatterns[] = []
      for (let from = 0; from < domains.length; from += LOOKUPS_AT_ONCE) {
        const some = domains.slice(from, from + LOOKUPS_AT_ONCE).map(importBody)
        const { items } = await api.call('POST /domains/import', { body: { domains: some, dryRun: true } })
        found.push(
          ...items.map(
            ({ state, message, newMxHostPatterns }): ImportedPatterns =>
              state === 'bad'
                ? { ok: false, message: message ?? '' }
                : { ok: true, patterns: readPatterns(newMxHostPatterns) },
          ),
        )
      }
      return found
    },
    async importBatch(domains, { update }) {
      const { items } = await api.call('POST /domains/import', {
        body: {
          domains: domains.map(({ patterns, ...each }) => importBody({ ...each, known: patterns })),
          update,
        },
      })
      return items.map(({ state, message }) =>
        state === 'bad' || state === 'good' ? { message: message ?? '' } : state,
      )
    },
    async seesAll() {
      return (await api.call('GET /domains', { query: { limit: 1 } })).seesAll
    },
  }
}

/** What comes of a call, or `otherwise` where it is refused with this code. */
async function where<T, U>(
  code: string,
  otherwise: (error: ServerError) => U,
  call: () => Promise<T>,
): Promise<T | U> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ServerError && error.problem?.code === code) return otherwise(error)
    throw error
  }
}

function proposalBody({ written = [], preset, fromMx = false, wildcards = false }: ProposalOptions) {
  return {
    mx: written.map(formatMxHostPattern),
    ...(preset === undefined ? {} : { preset }),
    fromMx,
    wildcards,
  }
}

type WishesBody = NonNullable<CallInput<'PATCH /domains/:domain'>['body']>

/** What is undefined is not sent, so it stays as it is. */
function wishesBody({
  mode: _,
  ...wishes
}: Omit<DomainWishes, 'mode'> & { readonly mode?: unknown }): WishesBody {
  const { mxHostPatterns, tlsRptRua, tlsa, ...rest } = wishes
  return {
    ...rest,
    mxHostPatterns: mxHostPatterns?.map(formatMxHostPattern),
    tlsRptRua: tlsRptRua === undefined ? undefined : [...tlsRptRua],
    tlsa: tlsa?.map(({ mxHost, records }) => ({ mxHost, records: [...records] })),
  }
}

function importBody({ domain, wishes, known }: ImportedDomain) {
  return {
    domain,
    mode: wishes.mode,
    ...wishesBody(wishes),
    newMxHostPatterns: known?.map(formatMxHostPattern),
  }
}
