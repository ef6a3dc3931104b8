import type { DnsAnswer, DnsRecordData, DnsRecordType } from '@sternpost/network'
import { formatMxHostPattern, formatTlsaRecord, type SocketmapReply } from '@sternpost/protocol'
import { escapeForLine } from '../log/index.ts'
import type { LookUpReport } from '../outbound/index.ts'

/** What a running daemon said to the same question. */
export type DaemonAnswer =
  | { readonly kind: 'answered'; readonly address: string; readonly reply: SocketmapReply }
  | { readonly kind: 'not-running'; readonly address: string; readonly reason: string }

export type Paint = (style: 'bold' | 'dim' | 'green' | 'yellow' | 'red', text: string) => string

/** Writes a lookup for people: what Postfix is told and why; with `explain` every step that led there. */
export function formatLookUp(
  report: LookUpReport,
  daemon: DaemonAnswer | undefined,
  options: { readonly explain: boolean; readonly paint: Paint },
): string {
  const { paint } = options
  const lines = [
    paint('bold', report.nextHop),
    field('MTA-STS', mtaStsLine(report)),
    field('DANE', `${report.dane.state.kind}: ${report.dane.state.reason}`),
    ...(report.override === undefined ? [] : [field('Override', report.override)]),
    field('Decision', `${report.decision.rule}: ${report.decision.reason}`),
    field('Postfix', replyText(report.replies.postfix34), text =>
      paint(colorOf(report.replies.postfix34), text),
    ),
    ...(daemon === undefined ? [] : [field('Daemon', daemonLine(report, daemon))]),
  ]
  if (options.explain) lines.push('', ...explanation(report, paint))
  return `${lines.join('\n')}\n`
}

function mtaStsLine({ mtaSts, lookedUpAt }: LookUpReport): string {
  const { state, record, fetch, cached } = mtaSts
  if (state.kind !== 'applicable') return `${state.kind}: ${state.reason}`
  const { mode, mxHostPatterns } = state.document.value
  const live = record.kind === 'id' && fetch?.ok === true
  const left = cached === undefined || live ? '' : `, expires in ${span(cached.expiresAt - lookedUpAt)}`
  const source = live
    ? 'fetched now'
    : `from the cache${left}: ${record.kind === 'id' ? fetchProblem(fetch) : record.reason}`
  const mx = mxHostPatterns.map(formatMxHostPattern).join(' ')
  return `policy ${state.policyId}, mode ${mode}, mx ${mx === '' ? '(none)' : mx} (${source})`
}

function fetchProblem(fetch: LookUpReport['mtaSts']['fetch']): string {
  return fetch?.issues[0]?.message ?? 'the policy was not fetched'
}

function daemonLine(report: LookUpReport, daemon: DaemonAnswer): string {
  if (daemon.kind === 'not-running') return `none answers at ${daemon.address} (${daemon.reason})`
  const told = replyText(daemon.reply)
  const same = told === replyText(report.replies.postfix310)
  return same
    ? `the one at ${daemon.address} answers the same`
    : `the one at ${daemon.address} answers ${told}`
}

function explanation(report: LookUpReport, paint: Paint): string[] {
  return [
    ...section(
      'Resolvers',
      report.resolvers.map(({ detail }) => detail),
      paint,
    ),
    ...section('DNS answers', report.answers.map(answerLine), paint),
    ...section('MX hosts', hostLines(report), paint),
    ...section('TLSA records', report.dane.tlsa.map(tlsaLine), paint),
    ...section('Policy host', policyHostLines(report), paint),
    ...section('Policy text', policyTextLines(report), paint),
    ...section('Cached policy', cachedLines(report), paint),
    ...section('What Postfix 3.4 to 3.9 is told', [replyText(report.replies.postfix34)], paint),
    ...section('What Postfix 3.10 and later is told', [replyText(report.replies.postfix310)], paint),
    ...section(
      'History',
      report.events.map(event => `${time(event.at)}  ${event.kind}  ${JSON.stringify(event.detail)}`),
      paint,
    ),
  ]
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0
    ? []
    : [paint('bold', title), ...lines.map(line => `  ${escapeForLine(line)}`), '']
}

function answerLine(answer: DnsAnswer): string {
  const question = `${answer.question.name === '' ? '.' : answer.question.name} ${answer.question.type}`
  if (answer.kind === 'failure') return `${question}  ${answer.code}: ${answer.message}`
  const status = `${answer.dnssec}, TTL ${answer.ttlSeconds}`
  const alias = answer.aliases.length === 0 ? '' : ` (alias of ${answer.canonicalName})`
  if (answer.kind !== 'records')
    return `${question}${alias}  ${answer.kind === 'no-data' ? 'no such record' : 'no such name'} [${status}]`
  return `${question}${alias}  ${answer.records.map(recordText).join(' | ')} [${status}]`
}

function recordText(record: DnsRecordData[DnsRecordType]): string {
  if (typeof record === 'string') return record
  if ('exchange' in record) return `${record.preference} ${record.exchange === '' ? '.' : record.exchange}`
  if ('usage' in record) return formatTlsaRecord(record)
  if ('tag' in record) return `${record.critical ? 128 : 0} ${record.tag} "${record.value}"`
  return `${record.primary} ${record.serial}`
}

function hostLines({ dane }: LookUpReport): string[] {
  if (!('hosts' in dane.state)) return []
  return dane.state.hosts.map(({ mxHost, protection, reason }) => `${mxHost}  ${protection}: ${reason}`)
}

function tlsaLine({
  mxHost,
  tlsaBaseDomain,
  record,
  usable,
  reason,
}: LookUpReport['dane']['tlsa'][number]): string {
  const at = tlsaBaseDomain === mxHost ? mxHost : `${mxHost} at ${tlsaBaseDomain}`
  return `${at}  ${record}  ${usable ? 'usable' : `unusable: ${reason}`}`
}

function policyHostLines({ mtaSts }: LookUpReport): string[] {
  const { fetch } = mtaSts
  if (fetch === undefined) return []
  const { evidence } = fetch
  const { certificate } = evidence
  const heard = [evidence.tlsVersion, evidence.cipher, evidence.httpStatus, evidence.contentType].filter(
    known => known !== undefined,
  )
  return [
    `${evidence.url}  ${evidence.durationMs} ms`,
    ...evidence.attempts.map(({ address, error }) => `${address}  ${error ?? 'connected'}`),
    ...(heard.length === 0 ? [] : [heard.join(', ')]),
    ...(certificate === undefined
      ? []
      : [
          `certificate for ${certificate.dnsNames.join(' ')}, by ${certificate.issuer}`,
          `valid ${time(certificate.notBefore)} to ${time(certificate.notAfter)}, SHA-256 ${certificate.fingerprint}`,
        ]),
    ...fetch.issues.map(
      ({ code, message, line }) => `${code}${line === undefined ? '' : ` (line ${line})`}: ${message}`,
    ),
  ]
}

function policyTextLines({ mtaSts }: LookUpReport): string[] {
  const text = mtaSts.fetch?.evidence.bodyText ?? ''
  return text === '' ? [] : text.trimEnd().split(/\r?\n/).slice(0, MAX_POLICY_LINES)
}

const MAX_POLICY_LINES = 100

function cachedLines({ mtaSts, lookedUpAt }: LookUpReport): string[] {
  const { cached } = mtaSts
  if (cached === undefined) return []
  const { value, fetchedAt } = cached.document
  const left = cached.expiresAt - lookedUpAt
  return [
    `policy ${cached.policyId}, mode ${value.mode}, mx ${value.mxHostPatterns.map(formatMxHostPattern).join(' ')}`,
    `fetched ${time(fetchedAt)}, ${left > 0 ? `expires in ${span(left)}` : `expired ${span(-left)} ago`}`,
  ]
}

/** What Postfix is told, as its log or `postmap -q` would show it. */
export function replyText(reply: SocketmapReply): string {
  switch (reply.kind) {
    case 'found':
      return reply.data
    case 'not-found':
      return 'not found: Postfix uses smtp_tls_security_level'
    case 'temporary':
      return `TEMP: Postfix waits and tries again (${reply.reason})`
    case 'permanent':
      return `PERM: ${reply.reason}`
  }
}

function colorOf(reply: SocketmapReply): 'green' | 'yellow' | 'red' {
  return reply.kind === 'found' ? 'green' : reply.kind === 'not-found' ? 'yellow' : 'red'
}

function field(name: string, text: string, paint: (text: string) => string = plain => plain): string {
  return `  ${name.padEnd(9)} ${paint(escapeForLine(text))}`
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function span(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
  ] as const
  const [size, unit] = units.find(([size]) => ms >= size) ?? ([1000, 'second'] as const)
  const count = Math.round(ms / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
