import { formatMtaStsPolicy } from '@sternpost/protocol'
import {
  type CertificateState,
  cacheHorizon,
  certificateJson,
  describeHorizon,
  type PolicyVersion,
  type PublishedDomain,
} from '../publish/index.ts'
import { certificateLines, stateReader } from './certificate-text.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'
import { recordLines } from './domain-records.ts'
import { domainJson, formatMoment, policyLines, policyUrl, reachNotes } from './domain-text.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { formatTable, wrapText } from './text-layout.ts'

/** `domain show`: everything that is known of one domain. */
export async function showDomain(io: CommandIo, options: GlobalOptions, name: string): Promise<void> {
  await atPublishDesk(io, options, 'read', async desk => {
    const domain = readDomain(name)
    const stored = await desk.publish.get(domain)
    const versions = await desk.publish.versions(domain)
    if (stored === undefined) {
      const horizon = describeHorizon(cacheHorizon(versions, desk.clock.now()), desk.clock.now())
      const history = versions.length === 0 ? '' : ` any more; ${horizon}`
      errLine(io, `${domain} is not published here${history}`)
      return io.end(exitCode.findings)
    }
    const certificate = await stateReader(desk)(domain)
    const horizon = cacheHorizon(versions, desk.clock.now())
    if (options.json === true) {
      const { enforceForgottenAt } = horizon
      const forgotten = enforceForgottenAt === undefined ? null : new Date(enforceForgottenAt).toISOString()
      return outJson(io, {
        ...domainJson(stored, versions),
        enforceForgottenAt: forgotten,
        certificate: certificateJson(certificate),
      })
    }
    io.out(`${showLines(io, desk, stored, versions, certificate).join('\n')}\n`)
  })
}

function showLines(
  io: CommandIo,
  { config, clock }: PublishDesk,
  domain: PublishedDomain,
  versions: readonly PolicyVersion[],
  certificate: CertificateState,
): string[] {
  const served = versions.find(({ policyId }) => policyId === domain.servedPolicyId)
  const wantedText = formatMtaStsPolicy(domain.wanted)
  const announced = versions.findLast(({ announcedAt }) => announcedAt !== undefined)
  return [
    domain.domain,
    '',
    ...(served === undefined
      ? ['No policy is served.']
      : [`Policy ${served.policyId}, at ${policyUrl(domain.domain)}`, ...policyLines(served.text)]),
    ...(served?.text === wantedText ? [] : ['', 'Wanted', ...policyLines(wantedText)]),
    '',
    'Records',
    ...recordLines(domain, (announced ?? served)?.policyId ?? null, config).map(line => `  ${line}`),
    `  set by ${domain.dns.writer === 'none' ? 'hand' : `${domain.dns.writer} (${domain.dns.apply})`}, delegation ${domain.delegation}`,
    '',
    ...certificatePart(config, certificate),
    ...versionLines(versions),
    '',
    ...wrapText(
      `${sentence(describeHorizon(cacheHorizon(versions, clock.now()), clock.now()))} (RFC 8461 §3.2).`,
    ),
    ...reachNotes(config, io.invokedAs),
  ]
}

/** Nothing where another web server has the certificates. */
function certificatePart({ publish }: PublishDesk['config'], certificate: CertificateState): string[] {
  const { policyHost, certificates } = publish
  if (policyHost.listen.length === 0 && certificate.origin === undefined) return []
  const lines = certificateLines(certificate, certificates.agreeTerms)
  return [`Certificate of ${certificate.host}`, ...lines, '']
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
