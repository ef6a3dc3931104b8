import { type DomainName, formatMxHostPattern } from '@sternpost/protocol'
import type { PublishedDomain } from '../publish/index.ts'
import { formatCsvRow } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { csvColumns } from './domain-csv.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { plural, wrapText } from './text-layout.ts'

export interface ExportOptions extends GlobalOptions {
  readonly static?: string
  readonly domain?: readonly string[]
}

const PAGE = 1_000

/** `domain export`: all domains as CSV, or their policies as files. */
export async function exportDomains(io: CommandIo, options: ExportOptions): Promise<void> {
  await atPublishDesk(io, options, 'read', async desk => {
    const only = options.domain?.map(readDomain)
    if (options.static !== undefined)
      return exportStatic(io, desk, options.static, only, options.json === true)
    io.out(formatCsvRow(csvColumns))
    for await (const domain of eachDomain(desk, only)) io.out(formatCsvRow(csvFields(domain)))
  })
}

function csvFields({ domain, wanted, tlsRptRua, delegation, policyIdForm, dns }: PublishedDomain): string[] {
  return [
    domain,
    wanted.mxHostPatterns.map(formatMxHostPattern).join(' '),
    String(wanted.maxAgeSeconds),
    tlsRptRua.join(' '),
    // Enforce is a state of the roll-out, which cannot be carried over; a domain begins in testing elsewhere too.
    wanted.mode === 'none' ? 'none' : 'testing',
    delegation,
    policyIdForm,
    dns.writer,
    dns.apply,
  ]
}

async function* eachDomain(
  { publish }: PublishDesk,
  only: readonly DomainName[] | undefined,
): AsyncGenerator<PublishedDomain> {
  if (only !== undefined) {
    for (const name of only) {
      const domain = await publish.get(name)
      if (domain !== undefined) yield domain
    }
    return
  }
  let after = ''
  for (;;) {
    const page = await publish.list({ after, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.domain
  }
}

async function exportStatic(
  io: CommandIo,
  desk: PublishDesk,
  folder: string,
  only: readonly DomainName[] | undefined,
  json: boolean,
): Promise<void> {
  const { StaticSite, StaticSiteError } = await import('../publish/index.ts')
  try {
    const site = new StaticSite(folder)
    for await (const { domain } of eachDomain(desk, only)) {
      const version = await desk.publish.servedVersion(domain)
      if (version !== undefined) site.write(domain, version.text)
    }
    const result = site.finish({ keepOthers: only !== undefined })
    if (json) return outJson(io, { folder, ...result })
    io.out(
      `${[
        ...wrapText(
          `${plural(result.written, 'policy', 'policies')} written below ${folder}, ${plural(result.unchanged, 'was', 'were')} there already, ${plural(result.removed, 'was', 'were')} taken away.`,
        ),
        ...wrapText(`What each kind of host needs stands in ${folder}/README.txt.`),
      ].join('\n')}\n`,
    )
  } catch (error) {
    if (!(error instanceof StaticSiteError)) throw error
    errLine(io, error.message)
    io.end(exitCode.temporary)
  }
}
