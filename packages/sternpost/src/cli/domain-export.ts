import { type DomainName, formatMxHostPattern } from '@sternpost/protocol'
import type { PublishedDomain } from '../publish/index.ts'
import { formatCsvRow } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { csvColumns } from './domain-csv.ts'
import { atDomainDesk, type DomainDesk } from './domain-desk.ts'
import { readDomain } from './domain-wishes.ts'
import { eachDomain } from './each-domain.ts'
import { exitCode } from './exit-code.ts'
import { plural, wrapText } from './text-layout.ts'

export interface ExportOptions extends GlobalOptions {
  readonly static?: string
  readonly domain?: readonly string[]
}

/** `domain export`: all domains as CSV, or their policies as files. */
export async function exportDomains(io: CommandIo, options: ExportOptions): Promise<void> {
  await atDomainDesk(io, options, 'read', async desk => {
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

async function exportStatic(
  io: CommandIo,
  desk: DomainDesk,
  folder: string,
  only: readonly DomainName[] | undefined,
  json: boolean,
): Promise<void> {
  const { StaticSite, StaticSiteError } = await import('../publish/index.ts')
  try {
    const site = new StaticSite(folder)
    for await (const { domain } of eachDomain(desk, only)) {
      const known = await desk.find(domain)
      if (typeof known === 'string') continue
      const served = known.versions.find(({ policyId }) => policyId === known.stored.servedPolicyId)
      if (served !== undefined) site.write(domain, served.text)
    }
    // What others publish is not gone because whoever asks may not see it.
    const result = site.finish({ keepOthers: only !== undefined || !(await desk.seesAll()) })
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
