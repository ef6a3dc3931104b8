import type { ProtocolIssueCode } from '../issues.ts'
import { parseDomainName } from '../names/domain-name.ts'
import { isWhiteSpace } from '../records/tokenize-record.ts'
import { isUriText, uriHost, uriScheme } from '../records/uri.ts'
import { type Issue, quote } from '../result.ts'

export const tlsRptSchemes = ['mailto', 'https'] as const

/** Where reports shall be sent. */
export interface TlsRptUri {
  readonly scheme: (typeof tlsRptSchemes)[number]
  /** As written, percent-encoded. */
  readonly uri: string
}

export interface RuaList {
  readonly uris: readonly TlsRptUri[]
  readonly errors: readonly Issue<ProtocolIssueCode>[]
  /** Addresses that are URIs, of schemes nobody reports to. */
  readonly foreign: readonly Issue<ProtocolIssueCode>[]
}

/**
 * Reads the value of a `rua` field: URIs with commas between, white space around these allowed.
 *
 * Shape: `column` is where the value begins, from 1.
 * Errors: `tls-rpt/record-rua-uri`, `-character`, and `-scheme` in `foreign`.
 * Source: RFC 8460 §3, RFC 3986, RFC 6068.
 */
export function parseRuaList(value: string, column: number): RuaList {
  const uris: TlsRptUri[] = []
  const errors: Issue<ProtocolIssueCode>[] = []
  const foreign: Issue<ProtocolIssueCode>[] = []
  let start = 0
  for (const piece of value.split(',')) {
    let from = 0
    let to = piece.length
    while (from < to && isWhiteSpace(piece.charCodeAt(from))) from += 1
    while (to > from && isWhiteSpace(piece.charCodeAt(to - 1))) to -= 1
    const at = column + start + from
    const read = readUri(piece.slice(from, to))
    if ('uri' in read) uris.push(read)
    else (read.code === 'tls-rpt/record-rua-scheme' ? foreign : errors).push({ ...read, column: at })
    start += piece.length + 1
  }
  return { uris, errors, foreign }
}

/** The mail address of a mailto: URI, percent-encoding taken off; undefined where it is none. */
export function mailtoAddress(uri: string): string | undefined {
  if (uriScheme(uri) !== 'mailto') return undefined
  const [to = ''] = uri.slice('mailto:'.length).split('?')
  let address: string
  try {
    address = decodeURIComponent(to)
  } catch {
    return undefined
  }
  const at = address.lastIndexOf('@')
  if (at < 1 || /[\s\u0000-\u001f\u007f]/.test(address)) return undefined
  const domain = parseDomainName(address.slice(at + 1), { underscore: true, singleLabel: true })
  return domain.ok ? address : undefined
}

/** A mail address, as far as a bare one can be told from other mistakes. */
const BARE_ADDRESS = /^[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+$/

function readUri(text: string): TlsRptUri | Issue<ProtocolIssueCode> {
  if (text === '') return uriIssue('an address is missing: before or after a comma, or behind rua=')
  if (BARE_ADDRESS.test(text.replace(/![0-9]+[kmgt]?$/i, ''))) {
    return uriIssue(`${quote(text)} is a mail address; it must be written with mailto: before it`)
  }
  if (text.includes('!')) {
    const limit = /![0-9]+[kmgt]?$/i.test(text)
    const hint = limit ? '; TLSRPT has no size limits like those of DMARC' : ''
    return {
      code: 'tls-rpt/record-rua-character',
      message: `${quote(text)}: an exclamation mark must be written %21${hint} (RFC 8460 §3)`,
    }
  }
  const scheme = uriScheme(text)
  if (scheme === undefined)
    return uriIssue(`${quote(text)} has no scheme; it begins with mailto: or https://`)
  if (!isUriText(text)) return uriIssue(`${quote(text)} holds characters that no URI has; encode them with %`)
  if (scheme === 'mailto') return readMailto(text)
  if (scheme === 'https') return readHttps(text)
  return {
    code: 'tls-rpt/record-rua-scheme',
    message: `${quote(text)}: reports are sent to mailto: and https: only, not to ${scheme}: (RFC 8460 §3)`,
  }
}

function readMailto(uri: string): TlsRptUri | Issue<ProtocolIssueCode> {
  if (uri.slice('mailto:'.length).startsWith('//')) {
    return uriIssue(`${quote(uri)}: after mailto: the address follows at once, without //`)
  }
  if (mailtoAddress(uri) !== undefined) return { scheme: 'mailto', uri }
  return uriIssue(`${quote(uri)}: behind mailto: there must be one mail address`)
}

function readHttps(uri: string): TlsRptUri | Issue<ProtocolIssueCode> {
  if (uriHost(uri) !== undefined) return { scheme: 'https', uri }
  return uriIssue(`${quote(uri)}: behind https: there must be // and a host`)
}

function uriIssue(found: string): Issue<ProtocolIssueCode> {
  return { code: 'tls-rpt/record-rua-uri', message: `${found} (RFC 8460 §3)` }
}
