import type { ListenAddress } from '../config/index.ts'
import type { PostfixFacts, PostfixParameter } from './postfix-facts.ts'
import { otherSocketmaps, socketmapAddress, withOurMap } from './postfix-maps.ts'
import { isPostfixAtLeast, mapNameFor, OLDEST_POSTFIX } from './postfix-version.ts'

/** One parameter, what it is and what it should be. */
export interface PostfixSetting {
  readonly parameter: PostfixParameter
  /** As written in main.cf, or the default. */
  readonly current: string
  readonly wanted: string
  readonly change: boolean
  /** One sentence. */
  readonly why: string
}

export type PostfixAdvice =
  | {
      readonly ok: true
      readonly settings: readonly PostfixSetting[]
      /** What no parameter settles, for the operator to know. */
      readonly notes: readonly string[]
    }
  | { readonly ok: false; readonly reason: string }

export interface AdviceInput {
  readonly facts: PostfixFacts
  /** Where the socketmap listens. */
  readonly listen: readonly ListenAddress[]
  /** Whether the resolver Postfix uses validates DNSSEC and may be believed; undefined where nobody could tell. */
  readonly resolverValidates: boolean | undefined
  /** Whether Sternpost asks resolvers of its own, which may validate where Postfix's does not. */
  readonly ownResolvers: boolean
  /** The first bundle of certificate authorities found on this machine. */
  readonly caBundle: string | undefined
}

/**
 * Says what a Postfix needs so that Sternpost's answers take effect.
 *
 * A default level the operator set above opportunistic TLS is never lowered, tables the operator has stay in
 * front, and nothing is advised that the installed version does not know.
 */
export function advisePostfix(input: AdviceInput): PostfixAdvice {
  const { facts } = input
  const mapName = mapNameFor(facts.version)
  if (mapName === undefined) {
    const reason = `Postfix ${facts.version.text} cannot send the MX name as SNI by policy (servername=, since ${OLDEST_POSTFIX}), which RFC 8461 §7.1 demands: it would refuse every answer of Sternpost and defer the mail. Upgrade Postfix first.`
    return { ok: false, reason }
  }
  const address = chooseAddress(input)
  if (!address.ok) return address

  const level = securityLevel(input)
  const settings = [
    setting(
      facts,
      'smtp_tls_policy_maps',
      withOurMap(facts.written.smtp_tls_policy_maps ?? '', address.value, mapName),
      `Asks Sternpost about every destination; ${mapName} is the map for Postfix ${facts.version.text}.`,
    ),
    level,
    ...dnsSettings(input, level.wanted),
    ...certificateAuthorities(input),
    ...mxPatterns(facts),
  ]
  return { ok: true, settings, notes: notesFor(input, level, address.value) }
}

/** The levels below which a default can be raised; everything else was set on purpose. */
const OPPORTUNISTIC = ['', 'none', 'may']
/** What an answer `dane` of Sternpost for one domain would be less than. */
const MANDATORY = ['encrypt', 'fingerprint', 'verify', 'secure', 'dane-only']

function securityLevel({ facts, resolverValidates }: AdviceInput): PostfixSetting {
  const legacy =
    facts.effective.smtp_enforce_tls === 'yes'
      ? 'encrypt'
      : facts.effective.smtp_use_tls === 'yes'
        ? 'may'
        : ''
  const now = facts.effective.smtp_tls_security_level || legacy
  const written = facts.written.smtp_tls_security_level ?? ''
  if (!OPPORTUNISTIC.includes(now)) {
    const why =
      'Holds where Sternpost has no policy for a domain; yours is kept, as it is not lower than needed.'
    return setting(facts, 'smtp_tls_security_level', written, why)
  }
  const why =
    resolverValidates === true
      ? 'Holds where Sternpost has no policy for a domain; your resolver validates DNSSEC, so Postfix can use DANE.'
      : 'Holds where Sternpost has no policy for a domain: TLS wherever the other side offers it.'
  const wanted = resolverValidates === true ? 'dane' : now === 'may' ? written : 'may'
  return setting(facts, 'smtp_tls_security_level', wanted, why)
}

function dnsSettings({ facts, resolverValidates }: AdviceInput, level: string): PostfixSetting[] {
  const usesDane = resolverValidates === true || level === 'dane' || level === 'dane-only'
  if (!usesDane) return []
  const settings = [
    setting(
      facts,
      'smtp_dns_support_level',
      'dnssec',
      'Lets Postfix see whether an answer is signed; without it Postfix cannot follow a DANE answer of Sternpost and defers the mail.',
    ),
  ]
  const lookup = facts.effective.smtp_host_lookup ?? 'dns'
  if (!/^dns\b/.test(lookup)) {
    const why = 'DANE needs hosts to be looked up in DNS, as the hosts file is not signed.'
    settings.push(setting(facts, 'smtp_host_lookup', 'dns', why))
  }
  const insecureMx = facts.effective.smtp_tls_dane_insecure_mx_policy
  if (insecureMx === 'may' && level === 'dane') {
    const why = 'Uses the TLSA records of an MX host even where the MX record itself is not signed.'
    settings.push(setting(facts, 'smtp_tls_dane_insecure_mx_policy', 'dane', why))
  }
  return settings
}

function certificateAuthorities({ facts, caBundle }: AdviceInput): PostfixSetting[] {
  const why =
    'MTA-STS has Postfix check certificates against public authorities; without a bundle every such delivery is deferred.'
  const { smtp_tls_CAfile: file = '', smtp_tls_CApath: path = '' } = facts.effective
  if (file !== '') return [setting(facts, 'smtp_tls_CAfile', facts.written.smtp_tls_CAfile ?? '', why)]
  if (path !== '') return [setting(facts, 'smtp_tls_CApath', facts.written.smtp_tls_CApath ?? '', why)]
  if (facts.effective.tls_append_default_CA === 'yes' || caBundle === undefined) return []
  return [setting(facts, 'smtp_tls_CAfile', caBundle, why)]
}

function mxPatterns(facts: PostfixFacts): PostfixSetting[] {
  const name = 'smtp_tls_enforce_sts_mx_patterns'
  if (facts.effective[name] === undefined) return []
  const why = 'Has Postfix skip MX hosts that the policy does not name, as RFC 8461 §4.1 asks.'
  return [setting(facts, name, 'yes', why)]
}

function notesFor(input: AdviceInput, level: PostfixSetting, address: string): string[] {
  const { facts, resolverValidates } = input
  const notes: string[] = []
  if (resolverValidates === undefined) {
    notes.push(
      'Whether the resolver validates DNSSEC could not be told, so nothing is said about DANE; run this again when it can be reached.',
    )
  } else if (!resolverValidates) {
    notes.push(
      'The resolver does not validate DNSSEC or is not trusted, so DANE is off and only MTA-STS protects. A validating resolver on this machine, such as unbound, brings DANE.',
    )
  }
  if (input.ownResolvers && resolverValidates !== true) {
    notes.push(
      'Sternpost asks other resolvers (dns.resolvers) than Postfix does. Where it finds DANE and the resolver of Postfix does not validate, Postfix defers the mail: give both the same.',
    )
  }
  if (MANDATORY.includes(level.wanted)) {
    notes.push(
      `Your default level ${level.wanted} is stricter than what Sternpost may answer for a domain whose hosts have TLSA records only in part (dane). outbound.minimumLevel in sternpost.yaml keeps every answer as strict.`,
    )
  }
  for (const map of otherSocketmaps(facts.written.smtp_tls_policy_maps ?? '', address)) {
    notes.push(
      `${map} asks another policy service and is kept. Postfix takes the first answer: remove the one you do not want.`,
    )
  }
  const effective = facts.effective
  if (isPostfixAtLeast(facts.version, 3, 10) && effective.smtp_tls_enforce_sts_mx_patterns === undefined) {
    notes.push(
      'This Postfix lacks smtp_tls_enforce_sts_mx_patterns (3.10.5 or later): it tries MX hosts that a policy does not name and compares their certificate with every name of the policy.',
    )
  } else if (!isPostfixAtLeast(facts.version, 3, 10)) {
    notes.push(
      'A Postfix before 3.10 compares the certificate of any MX host with every name of the policy; from 3.10.5 on it also checks the host name, as RFC 8461 §4.1 asks.',
    )
  }
  if (effective.smtp_tlsrpt_enable !== undefined) {
    notes.push(
      'smtp_tlsrpt_enable and smtp_tlsrpt_socket_name stay as they are: this release of Sternpost collects no TLS reports. The answers carry what a collector needs.',
    )
  }
  if (effective.smtp_tls_loglevel === '0') {
    notes.push(
      'smtp_tls_loglevel = 1 would have Postfix log "Verified TLS connection established", the proof that a policy took effect.',
    )
  }
  if ((effective.smtp_tls_per_site ?? '') !== '') {
    notes.push(
      'smtp_tls_per_site is obsolete and Postfix ignores it once smtp_tls_policy_maps is set; move its lines to a policy table.',
    )
  }
  if (effective.smtp_tls_wrappermode === 'yes') {
    notes.push(
      'smtp_tls_wrappermode = yes speaks TLS from the first byte, which MX hosts do not; it belongs to one transport in master.cf only.',
    )
  }
  if ((effective.relayhost ?? '') !== '') {
    notes.push(
      `relayhost = ${effective.relayhost}: all mail goes there, so Sternpost is asked about that host alone. The policies of recipient domains are for it to apply.`,
    )
  }
  const overridden = Object.entries(facts.serviceOverrides).filter(([name]) => isWatched(name))
  for (const [name, value] of overridden) {
    notes.push(`master.cf has its own -o for ${name} = ${value}; main.cf does not reach that service.`)
  }
  if ((effective.multi_instance_directories ?? '') !== '') {
    notes.push(
      `There are further Postfix instances: ${effective.multi_instance_directories}. Run this for each with --config-dir.`,
    )
  }
  return notes
}

function isWatched(name: string): boolean {
  const parameter = name.split('/').at(-1) ?? ''
  return /^(smtp_tls_(policy_maps|security_level|CAfile|CApath|per_site|wrappermode)|smtp_dns_support_level|smtp_host_lookup)$/.test(
    parameter,
  )
}

/**
 * Which listener Postfix can reach: TCP before a unix socket, and of those the ones inside its root directory.
 *
 * A chrooted client opens the path inside the queue directory, so that a socket elsewhere does not exist for it.
 */
function chooseAddress({
  facts,
  listen,
}: AdviceInput): { ok: true; value: string } | { ok: false; reason: string } {
  const tcp = listen.find(({ kind }) => kind === 'tcp')
  if (tcp !== undefined) return { ok: true, value: socketmapAddress(tcp) }
  const queue = facts.effective.queue_directory ?? '/var/spool/postfix'
  const paths = listen.flatMap(one => (one.kind === 'unix' ? [one.path] : []))
  const [first] = paths
  if (first === undefined) {
    return { ok: false, reason: 'outbound.socketmap.listen is empty, so there is nothing Postfix could ask.' }
  }
  if (!facts.smtpChroot) return { ok: true, value: `unix:${first}` }
  const inside = paths.find(path => path.startsWith(`${queue}/`))
  if (inside !== undefined) return { ok: true, value: `unix:${inside.slice(queue.length)}` }
  const reason = `Postfix's SMTP client runs chrooted in ${queue} and cannot reach ${first}. Listen on 127.0.0.1:8461, or on unix:${queue}/sternpost/socketmap.`
  return { ok: false, reason }
}

function setting(
  facts: PostfixFacts,
  parameter: PostfixParameter,
  wanted: string,
  why: string,
): PostfixSetting {
  const current = facts.written[parameter] ?? ''
  const same = current === wanted || facts.effective[parameter] === wanted
  return { parameter, current, wanted: same ? current : wanted, change: !same, why }
}
