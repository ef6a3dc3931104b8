import { quote } from '@sternpost/protocol'
import { durationSeconds } from '../config/index.ts'
import {
  type BimiFacts,
  type DomainWishes,
  delegations,
  dnsApplyWords,
  policyIdForms,
  readBimi,
  readDomain,
  readFirstMode,
  readMxPattern,
  readReportUri,
  readTlsa,
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
export function readWishes(written: WrittenWishes): DomainWishes {
  return {
    mxHostPatterns: listOf(written.mx, MAX_PATTERNS, readMxPattern),
    maxAgeSeconds: written.maxAge === undefined ? undefined : readMaxAge(written.maxAge),
    tlsRptRua: listOf(written.rua, MAX_URIS, readReportUri),
    mode: written.mode === undefined ? undefined : readFirstMode(written.mode),
    delegation: wordOf('delegation', written.delegation, delegations),
    policyIdForm: wordOf('form of policy ids', written.idForm, policyIdForms),
    dnsWriter: written.dnsWriter === undefined ? undefined : readWriterName(written.dnsWriter),
    dnsApply: wordOf('way to apply', written.dnsApply, dnsApplyWords),
    bimi: readWrittenBimi(written),
    tlsa: readWrittenTlsa(written.tlsa),
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

function readWrittenBimi({ bimi, bimiSelector, bimiEvidence }: WrittenWishes): BimiFacts | undefined {
  if (bimi !== undefined)
    return readBimi({ selector: bimiSelector ?? 'default', location: bimi, evidence: bimiEvidence ?? '' })
  if (bimiSelector === undefined && bimiEvidence === undefined) return undefined
  throw new WishError('--bimi-selector and --bimi-evidence go with --bimi')
}

/** `mx1.example.com 3 1 1 0a…`, one record each. */
function readWrittenTlsa(texts: readonly string[] | undefined): TlsaFacts[] | undefined {
  if (texts === undefined) return undefined
  const records = texts.map(text => {
    const [, host = text.trim(), data = ''] = /^(\S+)\s+(.+)$/.exec(text.trim()) ?? []
    return { host, data }
  })
  return [...Map.groupBy(records, ({ host }) => readDomain(host))].map(([mxHost, ofHost]) =>
    readTlsa(
      mxHost,
      ofHost.map(({ data }) => data),
    ),
  )
}
