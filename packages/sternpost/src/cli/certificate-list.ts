import type { CertificateState } from '../publish/index.ts'
import { certificateJson, stateReader } from './certificate-text.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { atPublishDesk } from './domain-database.ts'
import { formatMoment } from './domain-text.ts'
import { formatTable } from './text-layout.ts'

export interface CertificateListOptions extends GlobalOptions {
  readonly limit?: number
  readonly after?: string
  readonly failing?: boolean
}

interface Listed {
  readonly domain: string
  readonly state: CertificateState
}

const DEFAULT_LIMIT = 50
const PAGE = 500

/** `certificate list`: a page of domains, with how their certificates stand. */
export async function listCertificates(io: CommandIo, options: CertificateListOptions): Promise<void> {
  await atPublishDesk(io, options, 'read', async desk => {
    const limit = options.limit ?? DEFAULT_LIMIT
    const read = stateReader(desk)
    const found: Listed[] = []
    let after = options.after ?? ''
    for (let hasMore = true; hasMore && found.length <= limit; ) {
      const domains = await desk.publish.list({ after, limit: PAGE })
      for (const { domain } of domains) {
        const state = await read(domain)
        if (options.failing !== true || state.condition !== 'valid') found.push({ domain, state })
        if (found.length > limit) break
      }
      after = domains.at(-1)?.domain ?? after
      hasMore = domains.length === PAGE
    }
    const page = found.slice(0, limit)
    const next = found.length > limit ? page.at(-1)?.domain : undefined
    if (options.json === true)
      return outJson(io, {
        certificates: page.map(({ domain, state }) => ({ domain, ...certificateJson(state) })),
        next: next ?? null,
      })
    if (page.length === 0)
      return io.out(options.failing ? 'All certificates are good.\n' : 'No domain is published here.\n')
    io.out(`${formatCertificates(page).join('\n')}\n`)
    if (next !== undefined) io.out(`\nMore: add --after ${next}\n`)
  })
}

function formatCertificates(page: readonly Listed[]): string[] {
  return formatTable(
    [
      { title: 'Domain', align: 'left', flexible: true },
      { title: 'Certificate', align: 'left' },
      { title: 'Until', align: 'left' },
      { title: 'Days', align: 'right' },
      { title: 'Last trouble', align: 'left' },
    ],
    page.map(({ domain, state }) => [
      domain,
      state.origin === 'file' ? `${state.condition} (file)` : state.condition,
      formatMoment(state.notAfter).slice(0, 10),
      state.daysLeft === undefined ? '-' : String(state.daysLeft),
      state.lastError?.code.replace('certificate/', '') ?? '-',
    ]),
  )
}
