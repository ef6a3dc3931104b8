import type { PlacedRecord } from '../publish/index.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { atRecordsDesk, type DomainRecords } from './records-desk.ts'
import { domainJson, recordLines } from './records-text.ts'
import { wrapText } from './text-layout.ts'

/** `records DOMAIN`: the records written down, for people or for another program. */
export async function showRecords(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
): Promise<void> {
  await atRecordsDesk(io, options, names, async (desk, domains) => {
    const publish = await import('../publish/index.ts')
    const { operatorZone, writers } = desk.config.publish.dns
    const zones = options.zone === undefined ? writers.flatMap(writer => writer.zones) : [options.zone]
    const place = ({ domain, records }: DomainRecords) =>
      publish.placeRecords(records, { domain: domain.domain, operatorZone, zones })
    const { format = 'table' } = options
    if (format === 'table' && options.json !== true) {
      for await (const domain of domains) io.out(`${textOf(io, domain, place(domain)).join('\n')}\n`)
      return
    }
    const all: { readonly domain: DomainRecords; readonly placed: readonly PlacedRecord[] }[] = []
    for await (const domain of domains) all.push({ domain, placed: place(domain) })
    if (format === 'table') {
      const written = all.map(({ domain, placed }) => ({
        ...domainJson(domain),
        records: placed.filter(({ values }) => values.length > 0).map(publish.recordJson),
      }))
      return outJson(io, { version: 1, domains: written })
    }
    // The policy host that delegated domains lead to is one and the same.
    const once = new Map(all.flatMap(({ placed }) => placed).map(each => [`${each.name} ${each.type}`, each]))
    const records = [...once.values()]
    const found = new Set(records.filter(({ values }) => values.length > 0).map(({ zone }) => zone))
    if (publish.formatsOfOneZone.has(format) && found.size > 1) {
      const which = [...found].slice(0, 3).join(', ')
      errLine(
        io,
        `${format} takes the records of one zone, and these are in ${found.size} (${which}); name domains of one zone, or choose with --part`,
      )
      return io.end(exitCode.usage)
    }
    const ownValues = await new publish.OwnValues(desk.store, desk.clock).listed(
      records.map(({ name }) => name),
    )
    const text = publish.formatRecords(records, format, { provider: options.provider, ownValues })
    if (options.json === true) outJson(io, { version: 1, format, text })
    else io.out(text)
  })
}

function textOf(io: CommandIo, domain: DomainRecords, placed: readonly PlacedRecord[]): string[] {
  const { delegation, dns, domain: name, tlsRptRua } = domain.domain
  const standing = placed.filter(({ values }) => values.length > 0)
  const zones = Map.groupBy(standing, ({ zone }) => zone)
  const setBy = dns.writer === 'none' ? 'set by hand' : `written by ${dns.writer} (${dns.apply})`
  const notes = [
    ...(domain.policyId === null
      ? ['There is no record _mta-sts yet: it comes last, once a policy is served.']
      : ['Set _mta-sts last, once the policy can be fetched, and give it a new id only with a new policy.']),
    ...(standing.some(({ purpose }) => purpose === 'policy-host')
      ? []
      : [`mta-sts.${name} must lead to your policy host; publish.dns.policyHost says where that is.`]),
    ...(tlsRptRua.length === 0 ? ['No TLS reports are asked for: no record _smtp._tls.'] : []),
    `To copy: ${io.invokedAs} records ${name} --format bind. To see what is live: add --check.`,
  ]
  return [
    `Records of ${name}, delegation ${delegation}, ${setBy}`,
    ...[...zones].flatMap(([zone, records]) => ['', `Zone ${zone}`, ...records.flatMap(recordLines)]),
    '',
    ...notes.flatMap(note => wrapText(note)),
  ]
}
