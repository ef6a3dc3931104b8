import { formatMtaStsPolicy } from '@sternpost/protocol'
import { certificateJson, describeHorizon, type PolicyVersion, type WantedRecord } from '../publish/index.ts'
import { certificateLines } from './certificate-text.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { atDomainDesk, type KnownCertificate, type KnownDomain } from './domain-desk.ts'
import { recordLines } from './domain-records.ts'
import { domainJson, formatMoment, policyLines, policyUrl, reachNotes } from './domain-text.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { formatTable, wrapText } from './text-layout.ts'

/** `domain show`: everything that is known of one domain. */
export async function showDomain(io: CommandIo, options: GlobalOptions, name: string): Promise<void> {
  await atDomainDesk(io, options, 'read', async desk => {
    const domain = readDomain(name)
    const known = await desk.find(domain)
    if (typeof known === 'string') {
      errLine(io, known)
      return io.end(exitCode.findings)
    }
    const certificate = await desk.certificate(domain)
    if (options.json === true) {
      const { stored, versions, enforceForgottenAt } = known
      const forgotten = enforceForgottenAt === undefined ? null : new Date(enforceForgottenAt).toISOString()
      return outJson(io, {
        ...domainJson(stored, versions),
        enforceForgottenAt: forgotten,
        certificate: certificateJson(certificate.state),
      })
    }
    const records = await desk.records(known)
    io.out(`${showLines(io, known, records, certificate, desk.now()).join('\n')}\n`)
  })
}

function showLines(
  io: CommandIo,
  known: KnownDomain,
  records: readonly WantedRecord[] | string,
  certificate: KnownCertificate,
  now: number,
): string[] {
  const { stored: domain, versions } = known
  const served = versions.find(({ policyId }) => policyId === domain.servedPolicyId)
  const wantedText = formatMtaStsPolicy(domain.wanted)
  return [
    domain.domain,
    '',
    ...(served === undefined
      ? ['No policy is served.']
      : [`Policy ${served.policyId}, at ${policyUrl(domain.domain)}`, ...policyLines(served.text)]),
    ...(served?.text === wantedText ? [] : ['', 'Wanted', ...policyLines(wantedText)]),
    '',
    'Records',
    ...recordLines(domain, records).map(line => `  ${line}`),
    `  set by ${domain.dns.writer === 'none' ? 'hand' : `${domain.dns.writer} (${domain.dns.apply})`}, delegation ${domain.delegation}`,
    '',
    ...certificatePart(certificate),
    ...versionLines(versions),
    '',
    ...wrapText(`${sentence(describeHorizon(known, now))} (RFC 8461 §3.2).`),
    ...reachNotes(known.policyHostListens, io.invokedAs),
  ]
}

/** Nothing where another web server has the certificates. */
function certificatePart({ state, isOrdered, isNeeded }: KnownCertificate): string[] {
  if (!isNeeded && state.origin === undefined) return []
  return [`Certificate of ${state.host}`, ...certificateLines(state, isOrdered), '']
}

function versionLines(versions: readonly PolicyVersion[]): string[] {
  return formatTable(
    [
      { title: 'Policy', align: 'left' },
      { title: 'Mode', align: 'left' },
      { title: 'Served from', align: 'left' },
      { title: 'until', align: 'left' },
      { title: 'Last fetched', align: 'left' },
    ],
    versions
      .toReversed()
      .map(version => [
        version.policyId,
        version.value.mode,
        formatMoment(version.firstServedAt),
        version.firstServedAt !== undefined && version.lastServedAt === undefined
          ? 'now'
          : formatMoment(version.lastServedAt),
        formatMoment(version.lastFetchedAt),
      ]),
  )
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
