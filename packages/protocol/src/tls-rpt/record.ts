import type { ProtocolIssueCode } from '../issues.ts'
import {
  beginsWithVersion,
  isExtensionName,
  isExtensionValue,
  MAX_RECORD_ISSUES,
  type RecordExtension,
} from '../records/extension-field.ts'
import { selectTxtRecord } from '../records/select-txt-record.ts'
import { type RecordField, tokenizeRecord } from '../records/tokenize-record.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'
import { parseRuaList, type TlsRptUri } from './rua.ts'

/** The TXT record at `_smtp._tls.<policy domain>`: where reports about deliveries to it shall be sent. */
export interface TlsRptRecord {
  /** In the order of the record, of all `rua` fields; at least one. Those of schemes nobody reports to are left out. */
  readonly rua: readonly TlsRptUri[]
  /** In the order of the record, names unique. No extension is registered today. */
  readonly extensions: readonly RecordExtension[]
}

/** The TLSRPT record among the TXT records of `_smtp._tls.<policy domain>`; only `one` that parses asks for reports. */
export type TlsRptRecordSelection =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'one'
      readonly text: string
      readonly record: Parsed<TlsRptRecord, ProtocolIssueCode>
    }
  | { readonly kind: 'multiple'; readonly texts: readonly string[] }

const VERSION = 'v=TLSRPTv1'

/**
 * Finds the TLSRPT record in the answer to a TXT query and reads it.
 *
 * Shape: `txtTexts` are whole records, each with its strings joined without spaces.
 * Lenient: `v=TLSRPTv1 ;` is a TLSRPT record, as its ABNF allows, though the text has it discarded.
 * Source: RFC 8460 §3.
 */
export function selectTlsRptRecord(txtTexts: readonly string[]): TlsRptRecordSelection {
  const selection = selectTxtRecord(txtTexts, text => beginsWithVersion(text, VERSION))
  if (selection.kind !== 'one') return selection
  return { ...selection, record: parseTlsRptRecord(selection.text) }
}

/**
 * Reads the text of one TLSRPT TXT record.
 *
 * Strict: names and version are case-sensitive; no white space beside `=`, before the version, or at the end
 * unless a `;` is there; no empty field; every address is a URI, with `,`, `!` and `;` encoded.
 * Lenient: an address of another scheme than mailto and https is left out with a warning where another one is
 * left. Several `rua` fields fit the grammar; their addresses are put together, with a warning, because many
 * senders read one field only.
 * Errors: `tls-rpt/record-*` with columns, at most the first 20.
 * Source: RFC 8460 §3.
 */
export function parseTlsRptRecord(text: string): Parsed<TlsRptRecord, ProtocolIssueCode> {
  const { fields, terminated } = tokenizeRecord(text)
  const [version, ...others] = fields
  if (version === undefined || version.text !== VERSION || version.spaceBefore) {
    const message = `${quote(text)} does not begin with v=TLSRPTv1; (RFC 8460 §3)`
    return invalid(issue('tls-rpt/record-version', message, 1))
  }
  const errors: Issue<ProtocolIssueCode>[] = []
  const warnings: Issue<ProtocolIssueCode>[] = []
  const warn = (found: Issue<ProtocolIssueCode>) => {
    if (warnings.length < MAX_RECORD_ISSUES) warnings.push(found)
  }
  if (version.spaceAfter && (terminated || others.length > 0)) {
    const message =
      'white space before the ; after v=TLSRPTv1: some senders ignore such a record (RFC 8460 §3)'
    warn(issue('tls-rpt/record-delimiter-space', message, version.column + VERSION.length))
  }

  const rua: TlsRptUri[] = []
  const foreign: Issue<ProtocolIssueCode>[] = []
  const extensions: RecordExtension[] = []
  const seen = new Set<string>()
  for (const field of others) {
    if (errors.length >= MAX_RECORD_ISSUES) break
    const { name, value } = field
    if (name === 'rua' && value !== null && !field.spaceAroundEquals) {
      if (seen.has(name)) warn(issue('tls-rpt/record-rua-repeated', REPEATED, field.column))
      const list = parseRuaList(value, field.valueColumn)
      rua.push(...list.uris)
      errors.push(...list.errors)
      foreign.push(...list.foreign)
      seen.add(name)
    } else if (
      field.spaceAroundEquals ||
      !isExtensionName(name) ||
      value === null ||
      !isExtensionValue(value)
    ) {
      errors.push(syntaxIssue(field))
    } else {
      const known = seen.has(name) ? 'stands twice; the first one counts' : 'is unknown and ignored'
      warn(
        issue(
          'tls-rpt/record-unknown-field',
          `the field ${quote(name)} ${known} (RFC 8460 §3)`,
          field.column,
        ),
      )
      if (!seen.has(name)) extensions.push({ name, value })
      seen.add(name)
    }
  }

  const last = others.at(-1)
  if (!terminated && last?.spaceAfter === true) {
    const message = 'white space at the end is allowed only after a ; (RFC 8460 §3)'
    errors.push(issue('tls-rpt/record-syntax', message, last.column + last.text.length))
  }
  if (!seen.has('rua') && errors.length === 0)
    errors.push(issue('tls-rpt/record-rua-missing', missing(others)))
  // One address that works is enough; without it, what does not work is the fault.
  if (rua.length === 0) errors.push(...foreign)
  else for (const found of foreign) warn(found)
  const [first, ...more] = errors.slice(0, MAX_RECORD_ISSUES)
  if (first !== undefined) return invalid(first, ...more)
  return valid({ rua, extensions }, warnings)
}

/** Writes a record as the standard's own example has it: `v=TLSRPTv1; rua=mailto:reports@example.com`. */
export function formatTlsRptRecord(record: TlsRptRecord): string {
  const extensions = record.extensions.map(({ name, value }) => `; ${name}=${value}`)
  return `${VERSION}; rua=${record.rua.map(({ uri }) => uri).join(',')}${extensions.join('')}`
}

const REPEATED =
  'there are two fields rua; many senders read one only. Put all addresses into one, with commas between (RFC 8460 §3)'

function missing(others: readonly RecordField[]): string {
  const alike = others.find(({ name }) => /^(rua|ruf|uri|url)$/i.test(name))
  const hint = alike === undefined ? '' : `; ${quote(alike.name)} is another field`
  return `there is no field rua=…, in lower case${hint} (RFC 8460 §3)`
}

function syntaxIssue(field: RecordField): Issue<ProtocolIssueCode> {
  const message =
    field.text === ''
      ? 'between two ; there must be a field (RFC 8460 §3)'
      : `${quote(field.text)} is no field name=value of US-ASCII without spaces (RFC 8460 §3)`
  return issue('tls-rpt/record-syntax', message, field.column)
}

function issue(code: ProtocolIssueCode, message: string, column?: number): Issue<ProtocolIssueCode> {
  return column === undefined ? { code, message } : { code, message, column }
}
