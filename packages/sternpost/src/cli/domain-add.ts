import { type DomainName, type MxHostPattern, matchMxHost } from '@sternpost/protocol'
import { type MxOfDomain, newDomain, type PolicyVersion, type PublishedDomain } from '../publish/index.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { atDomainDesk, type DomainDesk } from './domain-desk.ts'
import type { WishOptions } from './domain-options.ts'
import { proposePatternsFor } from './domain-propose.ts'
import { recordLines } from './domain-records.ts'
import { domainJson, policyLines, policyUrl, reachNotes } from './domain-text.ts'
import { readDomain, readWishes, SHORT_MAX_AGE_SECONDS } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { wrapText } from './text-layout.ts'

/** `domain add`: proposes patterns from DNS, stores the domain, and says what to publish. */
export async function addDomain(io: CommandIo, options: WishOptions, name: string): Promise<void> {
  await atDomainDesk(io, options, 'write', desk => addAt(desk, io, options, name))
}

async function addAt(desk: DomainDesk, io: CommandIo, options: WishOptions, name: string): Promise<void> {
  const domain = readDomain(name)
  const wishes = readWishes(options)
  const { hoster, seen, patterns, subdomains } = await proposePatternsFor(
    desk,
    domain,
    false,
    wishes,
    options,
  )
  if (patterns === undefined) {
    errLine(io, whyNoPatterns(domain, seen))
    return io.end(seen.kind === 'unknown' ? exitCode.temporary : exitCode.findings)
  }
  const added = await desk.add(newDomain(domain, wishes, patterns))
  const version = added?.versions.find(({ policyId }) => policyId === added.stored.servedPolicyId)
  if (added === undefined || version === undefined) {
    errLine(io, `${domain} is published here already; to change it: ${io.invokedAs} domain set ${domain}`)
    return io.end(exitCode.findings)
  }
  const { stored } = added
  if (options.json === true)
    return outJson(io, {
      ...domainJson(stored, [version]),
      mx: seen,
      hoster: hoster ?? null,
      subdomains,
    })
  const notes = [
    ...coverNotes(seen, patterns),
    ...(hoster === undefined || hoster.note === null
      ? []
      : wrapText(`${hoster.title}: ${hoster.note} --from-mx does that.`)),
    ...shortMaxAge(stored.wanted.maxAgeSeconds),
    ...noReports(stored, io.invokedAs),
    ...subdomains.flatMap(each =>
      wrapText(
        `${each} has MX hosts of its own, and needs a policy of its own: ${io.invokedAs} domain add ${each}`,
      ),
    ),
    ...reachNotes(added.policyHostListens, io.invokedAs),
  ]
  io.out(
    `${[
      ...mxLines(domain, seen),
      '',
      ...addedLines(version),
      '',
      'Records to publish',
      ...recordLines(stored, await desk.records(added)).map(line => `  ${line}`),
      ...(notes.length === 0 ? [] : ['', ...notes]),
      '',
      ...wrapText(
        `Next: publish the records; then ${io.invokedAs} check ${domain} shows whether all is well, and ${io.invokedAs} rollout ${domain} leads to mode enforce.`,
      ),
    ].join('\n')}\n`,
  )
}

function whyNoPatterns(domain: DomainName, seen: MxOfDomain): string {
  switch (seen.kind) {
    case 'null':
      return `${domain} takes no mail (its MX record is "0 ."), so there is nothing to protect`
    case 'none':
      return `${domain}: ${seen.reason}; name its MX hosts with --mx`
    case 'unknown':
      return `${domain}: its MX hosts cannot be told now (${seen.reason}); try again, or name them with --mx`
    default:
      return `${domain}: name its MX hosts with --mx`
  }
}

function mxLines(domain: DomainName, seen: MxOfDomain): string[] {
  switch (seen.kind) {
    case 'hosts':
      return [`MX hosts of ${domain} today, by ${seen.resolver}`, ...seen.hosts.map(host => `  ${host}`)]
    case 'implicit':
      return wrapText(`${domain} has no MX record; mail goes to ${domain} itself (RFC 5321 §5.1).`)
    case 'null':
      return wrapText(`${domain} takes no mail: its MX record is "0 .".`)
    default:
      return wrapText(`MX hosts of ${domain} could not be told: ${seen.reason}.`)
  }
}

function addedLines({ domain, policyId, text }: PolicyVersion): string[] {
  return [`Policy ${policyId}, at ${policyUrl(domain)}`, ...policyLines(text)]
}

/** MX hosts of today that the policy leaves out: in mode enforce no mail would reach them. */
function coverNotes(seen: MxOfDomain, patterns: readonly MxHostPattern[]): string[] {
  const left = 'hosts' in seen ? seen.hosts.filter(host => !matchMxHost(host, patterns)) : []
  if (left.length === 0) return []
  return wrapText(
    `Warning: ${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} not covered by the policy. In mode enforce senders would not deliver there (RFC 8461 §4.1).`,
  )
}

/** Without reports there is no evidence, and a domain stays in mode testing for ever. */
function noReports({ domain, wanted, tlsRptRua }: PublishedDomain, invokedAs: string): string[] {
  if (tlsRptRua.length > 0 || wanted.mode === 'none') return []
  return wrapText(
    `Without a TLS-RPT record no reports come, and the gate to mode enforce cannot open by itself: ${invokedAs} domain set ${domain} --rua mailto:ADDRESS (RFC 8460 §3).`,
  )
}

function shortMaxAge(maxAgeSeconds: number): string[] {
  if (maxAgeSeconds >= SHORT_MAX_AGE_SECONDS) return []
  return wrapText(
    'Warning: max_age is below a day; RFC 8461 §3.2 recommends weeks, or an attacker only has to wait.',
  )
}
