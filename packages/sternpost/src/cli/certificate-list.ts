import type { CertificateJson } from '../publish/index.ts'
import type { ApiClient } from './api-client.ts'
import { stateReader } from './certificate-text.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { atPublishDesk } from './domain-database.ts'
import { withServer } from './remote.ts'
import { serverOf } from './server-option.ts'
import { formatTable } from './text-layout.ts'

export interface CertificateListOptions extends GlobalOptions {
  readonly limit?: number
  readonly after?: string
  readonly failing?: boolean
}

/** As the command prints it with `--json`. */
interface CertificatePage {
  readonly certificates: readonly ({ readonly domain: string } & CertificateJson)[]
  readonly next: string | null
}

const DEFAULT_LIMIT = 50

/** `certificate list`: a page of domains, with how their certificates stand. */
export async function listCertificatesOf(io: CommandIo, options: CertificateListOptions): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined)
    return await withServer(io, server, async api => tell(io, options, await askServer(api, options)))
  await atPublishDesk(io, options, 'read', async desk => {
    const { certificateJson, listCertificates } = await import('../publish/index.ts')
    const { limit = DEFAULT_LIMIT, after, failing = false } = options
    const { page, next } = await listCertificates(desk.publish, stateReader(desk), { after, limit, failing })
    const certificates = page.map(({ domain, state }) => ({ domain, ...certificateJson(state) }))
    tell(io, options, { certificates, next: next ?? null })
  })
}

async function askServer(
  api: ApiClient,
  { limit = DEFAULT_LIMIT, after, failing = false }: CertificateListOptions,
): Promise<CertificatePage> {
  const { items, next } = await api.call('GET /certificates', {
    query: { limit, after, failing: failing ? 'true' : 'false' },
  })
  return { certificates: items as CertificatePage['certificates'], next }
}

function tell(io: CommandIo, options: CertificateListOptions, found: CertificatePage): void {
  if (options.json === true) return outJson(io, found)
  const { certificates, next } = found
  if (certificates.length === 0)
    return io.out(options.failing ? 'All certificates are good.\n' : 'No domain is published here.\n')
  io.out(`${formatCertificates(certificates).join('\n')}\n`)
  if (next !== null) io.out(`\nMore: add --after ${next}\n`)
}

function formatCertificates(page: CertificatePage['certificates']): string[] {
  return formatTable(
    [
      { title: 'Domain', align: 'left', flexible: true },
      { title: 'Certificate', align: 'left' },
      { title: 'Until', align: 'left' },
      { title: 'Days', align: 'right' },
      { title: 'Last trouble', align: 'left' },
    ],
    page.map(({ domain, origin, condition, notAfter, daysLeft, lastError }) => [
      domain,
      origin === 'file' ? `${condition} (file)` : condition,
      notAfter?.slice(0, 10) ?? '-',
      daysLeft === null ? '-' : String(daysLeft),
      lastError?.code.replace('certificate/', '') ?? '-',
    ]),
  )
}
