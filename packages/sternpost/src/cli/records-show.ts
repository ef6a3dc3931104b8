import type { PlacedRecord } from '../publish/index.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { atRecordsDesk, type OfDomain, type PlacedRecords } from './records-desk.ts'
import { domainJson, recordLines } from './records-text.ts'
import { wrapText } from './text-layout.ts'

/** `records DOMAIN`: the records written down, for people or for another program. */
export async function showRecords(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
): Promise<void> {
  await atRecordsDesk(io, options, names, async (desk, domains) => {
    const { format = 'table' } = options
    if (format === 'table' && options.json !== true) {
      for await (const domain of domains) io.out(`${textOf(io, await desk.placed(domain)).join('\n')}\n`)
      return
    }
    const publish = await import('../publish/index.ts')
    const all: OfDomain<PlacedRecords>[] = []
    for await (const domain of domains) all.push(await desk.placed(domain))
    if (format === 'table') {
      const written = all.map(placed => ({
        ...domainJson(placed),
        records: placed.told.records.filter(({ values }) => values.length > 0).map(publish.recordJson),
      }))
      return outJson(io, { version: 1, domains: written })
    }
    // The policy host that delegated domains lead to is one and the same.
    const once = new Map(
      all.flatMap(({ told }) => told.records.map(record => [keyOf(record), { record, told }] as const)),
    )
    const records = [...once.values()].map(({ record }) => record)
    const found = new Set(records.filter(({ values }) => values.length > 0).map(({ zone }) => zone))
    if (publish.formatsOfOneZone.has(format) && found.size > 1) {
      const which = [...found].slice(0, 3).join(', ')
      errLine(
        io,
        `${format} takes the records of one zone, and these are in ${found.size} (${which}); name domains of one zone, or choose with --part`,
      )
      return io.end(exitCode.usage)
    }
    const text = publish.formatRecords(records, format, {
      provider: options.provider,
      ownValues: (name, type) => once.get(keyOf({ name, type }))?.told.ownValues(name, type) ?? [],
    })
    if (options.json === true) outJson(io, { version: 1, format, text })
    else io.out(text)
  })
}

function keyOf({ name, type }: Pick<PlacedRecord, 'name' | 'type'>): string {
  return `${name} ${type}`
}

function textOf(io: CommandIo, { domain, policyId, told }: OfDomain<PlacedRecords>): string[] {
  const { delegation, dns, domain: name, tlsRptRua } = domain
  const standing = told.records.filter(({ values }) => values.length > 0)
  const zones = Map.groupBy(standing, ({ zone }) => zone)
  const setBy = dns.writer === 'none' ? 'set by hand' : `written by ${dns.writer} (${dns.apply})`
  const notes = [
    ...(policyId === null
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
