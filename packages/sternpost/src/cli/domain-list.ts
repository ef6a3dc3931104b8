import type { PublishedDomain } from '../publish/index.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { atDomainDesk } from './domain-desk.ts'
import { domainJson } from './domain-text.ts'
import { formatTable } from './text-layout.ts'

export interface ListOptions extends GlobalOptions {
  readonly limit?: number
  readonly after?: string
}

const DEFAULT_LIMIT = 50

/** `domain list`: a page of domains. */
export async function listDomains(io: CommandIo, options: ListOptions): Promise<void> {
  await atDomainDesk(io, options, 'read', async desk => {
    const { limit = DEFAULT_LIMIT, after } = options
    const found = await desk.list({ after, limit: limit + 1 })
    const page = found.slice(0, limit)
    const next = found.length > limit ? page.at(-1)?.domain : undefined
    if (options.json === true)
      return outJson(io, { domains: page.map(each => domainJson(each, [])), next: next ?? null })
    if (page.length === 0) return io.out('No domain is published here.\n')
    io.out(`${formatDomains(page).join('\n')}\n`)
    if (next !== undefined) io.out(`\nMore: add --after ${next}\n`)
  })
}

function formatDomains(domains: readonly PublishedDomain[]): string[] {
  return formatTable(
    [
      { title: 'Domain', align: 'left', flexible: true },
      { title: 'Mode', align: 'left' },
      { title: 'MX', align: 'right' },
      { title: 'Policy served', align: 'left' },
      { title: 'Reports', align: 'left' },
      { title: 'Records by', align: 'left' },
    ],
    domains.map(({ domain, wanted, servedPolicyId, tlsRptRua, dns }) => [
      domain,
      wanted.mode,
      String(wanted.mxHostPatterns.length),
      servedPolicyId ?? 'none',
      tlsRptRua.length > 0 ? 'yes' : 'no',
      dns.writer === 'none' ? 'hand' : dns.writer,
    ]),
  )
}
