import {
  formatTlsaRecord,
  type MtaStsMode,
  type MxHostPattern,
  parseBimiRecord,
  parseTlsaRecord,
  quote,
} from '@sternpost/protocol'
import { durationSeconds } from '../config/index.ts'
import {
  type BimiFacts,
  type Delegation,
  delegations,
  dnsApplyWords,
  type PolicyIdForm,
  policyIdForms,
  readDomain,
  readMxPattern,
  readReportUri,
  type TlsaFacts,
  WishError,
} from '../publish/index.ts'

export { readDomain, readReportUri, WishError }

/** What a person wants of a domain, as written on a command line or in a line of CSV. */
export interface WrittenWishes {
  readonly mx?: readonly string[] | undefined
  readonly maxAge?: string | undefined
  readonly rua?: readonly string[] | undefined
  readonly mode?: string | undefined
  readonly delegation?: string | undefined
  readonly idForm?: string | undefined
  readonly dnsWriter?: string | undefined
  readonly dnsApply?: string | undefined
  readonly bimi?: string | undefined
  readonly bimiSelector?: string | undefined
  readonly bimiEvidence?: string | undefined
  readonly tlsa?: readonly string[] | undefined
}

/** The same as values; what was not written is undefined. */
export interface Wishes {
  readonly mxHostPatterns: readonly MxHostPattern[] | undefined
  readonly maxAgeSeconds: number | undefined
  readonly tlsRptRua: readonly string[] | undefined
  readonly mode: MtaStsMode | undefined
  readonly delegation: Delegation | undefined
  readonly policyIdForm: PolicyIdForm | undefined
  readonly dnsWriter: string | undefined
  readonly dnsApply: 'auto' | 'ask' | undefined
  readonly bimi: BimiFacts | undefined
  readonly tlsa: readonly TlsaFacts[] | undefined
}

const MAX_PATTERNS = 100
const MAX_URIS = 8
/** A day: with less a sender that is off for a weekend has no policy left. */
export const SHORT_MAX_AGE_SECONDS = 86_400
const MOST_MAX_AGE_SECONDS = 31_557_600

/**
 * Reads wishes.
 *
 * Errors: `WishError` for the first that cannot be read.
 */
export function readWishes(written: WrittenWishes): Wishes {
  return {
    mxHostPatterns: listOf(written.mx, MAX_PATTERNS, readMxPattern),
    maxAgeSeconds: written.maxAge === undefined ? undefined : readMaxAge(written.maxAge),
    tlsRptRua: listOf(written.rua, MAX_URIS, readReportUri),
    mode: written.mode === undefined ? undefined : readMode(written.mode),
    delegation: wordOf('delegation', written.delegation, delegations),
    policyIdForm: wordOf('form of policy ids', written.idForm, policyIdForms),
    dnsWriter: written.dnsWriter === undefined ? undefined : readWriterName(written.dnsWriter),
    dnsApply: wordOf('way to apply', written.dnsApply, dnsApplyWords),
    bimi: readBimi(written),
    tlsa: readTlsa(written.tlsa),
  }
}

function listOf<T>(texts: readonly string[] | undefined, most: number, read: (text: string) => T) {
  if (texts === undefined) return undefined
  const parts = texts.flatMap(text => text.split(/[\s,]+/)).filter(part => part !== '')
  if (parts.length > most) throw new WishError(`${parts.length} values are too many; at most ${most}`)
  return [...new Set(parts)].map(read)
}

function readMaxAge(text: string): number {
  const seconds = /^[0-9]{1,10}$/.test(text) ? Number(text) : durationSeconds(text)
  if (seconds === undefined || !Number.isInteger(seconds) || seconds > MOST_MAX_AGE_SECONDS)
    throw new WishError(`${quote(text)} is no max_age: write 7d or 604800, at most a year (RFC 8461 §3.2)`)
  return seconds
}

function readMode(text: string): MtaStsMode {
  if (text === 'testing' || text === 'none') return text
  if (text === 'enforce')
    throw new WishError('enforce comes at the end of a roll-out, on evidence: sternpost rollout')
  throw new WishError(`mode ${quote(text)} is none of testing, none`)
}

function readWriterName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,31}$/.test(text)) return text
  throw new WishError(`${quote(text)} is no name of a DNS writer; see publish.dns.writers, or write none`)
}

function wordOf<Word extends string>(
  what: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined
  const word = words.find(each => each === text)
  if (word === undefined) throw new WishError(`${what} ${quote(text)} is none of ${words.join(', ')}`)
  return word
}

function readBimi({ bimi, bimiSelector, bimiEvidence }: WrittenWishes): BimiFacts | undefined {
  if (bimi === undefined) {
    if (bimiSelector === undefined && bimiEvidence === undefined) return undefined
    throw new WishError('--bimi-selector and --bimi-evidence go with --bimi')
  }
  const selector = bimiSelector ?? 'default'
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(selector))
    throw new WishError(`${quote(selector)} is no BIMI selector: one label of letters, digits and hyphens`)
  const record = parseBimiRecord(`v=BIMI1; l=${bimi}; a=${bimiEvidence ?? ''};`)
  if (!record.ok) throw new WishError(record.issues[0].message)
  return { selector, location: bimi, evidence: bimiEvidence ?? '' }
}

/** `mx1.example.com 3 1 1 0a…`, one record each. */
function readTlsa(texts: readonly string[] | undefined): TlsaFacts[] | undefined {
  if (texts === undefined) return undefined
  const records = texts.map(text => {
    const [, host = '', data = ''] = /^(\S+)\s+(.+)$/.exec(text.trim()) ?? []
    const record = parseTlsaRecord(data)
    if (!record.ok) throw new WishError(`--tlsa "${host || 'HOST'} 3 1 1 HEX": ${record.issues[0].message}`)
    return { mxHost: readDomain(host), record: formatTlsaRecord(record.value) }
  })
  return [...Map.groupBy(records, ({ mxHost }) => mxHost)].map(([mxHost, ofHost]) => ({
    mxHost,
    records: ofHost.map(({ record }) => record),
  }))
}
