import type { ProtocolIssueCode } from '../issues.ts'
import {
  beginsWithVersion,
  isExtensionName,
  isExtensionValue,
  isLetterOrDigit,
  MAX_RECORD_ISSUES,
  type RecordExtension,
} from '../records/extension-field.ts'
import { selectTxtRecord } from '../records/select-txt-record.ts'
import { type RecordField, tokenizeRecord } from '../records/tokenize-record.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'

/** The TXT record at `_mta-sts.<policy domain>`: says that there is a policy, and by its id which one. */
export interface MtaStsRecord {
  /** 1 to 32 letters and digits. Ids have no order: another id is another policy, no more (RFC 8461 §3.1). */
  readonly policyId: string
  /** In the order of the record, names unique. No extension is registered today. */
  readonly extensions: readonly RecordExtension[]
}

/**
 * The MTA-STS record among the TXT records of `_mta-sts.<policy domain>`.
 *
 * Only `one` with a record that parses announces a policy. None of the others is a reason to drop a policy that
 * is cached (RFC 8461 §3.1).
 */
export type MtaStsRecordSelection =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'one'
      readonly text: string
      readonly record: Parsed<MtaStsRecord, ProtocolIssueCode>
    }
  | { readonly kind: 'multiple'; readonly texts: readonly string[] }

export const MAX_POLICY_ID_LENGTH = 32

const VERSION = 'v=STSv1'

/**
 * Finds the MTA-STS record in the answer to a TXT query and reads it.
 *
 * Shape: `txtTexts` are whole records, each with its strings joined without spaces.
 * Lenient: `v=STSv1 ;` is an MTA-STS record. The ABNF allows white space before the delimiter, though the text
 * has records discarded that do not begin with `v=STSv1;`; to discard it would leave the domain unprotected.
 * Source: RFC 8461 §3.1.
 */
export function selectMtaStsRecord(txtTexts: readonly string[]): MtaStsRecordSelection {
  const selection = selectTxtRecord(txtTexts, text => beginsWithVersion(text, VERSION))
  if (selection.kind !== 'one') return selection
  return { ...selection, record: parseMtaStsRecord(selection.text) }
}

/**
 * Reads the text of one MTA-STS TXT record.
 *
 * Strict: names and version are case-sensitive; no white space beside `=`, before the version, or at the end
 * unless a `;` is there; no empty field.
 * Lenient: white space between the version and its `;` is a warning, see `selectMtaStsRecord`. Of a field that
 * stands twice the first counts, with a warning: §3.2 says so of a policy, §3.1 is silent.
 * Errors: `mta-sts/record-*` with columns, at most the first 20.
 * Source: RFC 8461 §3.1.
 */
export function parseMtaStsRecord(text: string): Parsed<MtaStsRecord, ProtocolIssueCode> {
  const { fields, terminated } = tokenizeRecord(text)
  const [version, ...others] = fields
  if (version === undefined || version.text !== VERSION || version.spaceBefore) {
    const message = `${quote(text)} does not begin with v=STSv1; (RFC 8461 §3.1)`
    return invalid(issue('mta-sts/record-version', message, 1))
  }

  const errors: Issue<ProtocolIssueCode>[] = []
  const warnings: Issue<ProtocolIssueCode>[] = []
  if (version.spaceAfter && (terminated || others.length > 0)) {
    const message =
      'white space before the ; after v=STSv1: some senders ignore such a record (RFC 8461 §3.1)'
    warnings.push(issue('mta-sts/record-delimiter-space', message, version.column + VERSION.length))
  }

  let policyId: string | undefined
  let idSeen = false
  const extensions: RecordExtension[] = []
  const seen = new Set(['v'])
  for (const field of others) {
    if (errors.length === MAX_RECORD_ISSUES) break
    const { name, value } = field
    if (name === 'id' && !idSeen && !field.spaceAroundEquals) {
      idSeen = true
      seen.add(name)
      if (value !== null && isPolicyId(value)) policyId = value
      else errors.push(idIssue(field))
    } else if (
      field.spaceAroundEquals ||
      !isExtensionName(name) ||
      value === null ||
      !isExtensionValue(value)
    ) {
      errors.push(syntaxIssue(field))
    } else if (seen.has(name)) {
      if (warnings.length === MAX_RECORD_ISSUES) continue
      const message = `the field ${quote(name)} stands twice; the first one counts (RFC 8461 §3.2)`
      warnings.push(issue('mta-sts/record-duplicate-field', message, field.column))
    } else {
      seen.add(name)
      extensions.push({ name, value })
    }
  }

  const last = others.at(-1)
  if (!terminated && last?.spaceAfter === true && errors.length < MAX_RECORD_ISSUES) {
    const message = 'white space at the end is allowed only after a ; (RFC 8461 §3.1)'
    errors.push(issue('mta-sts/record-syntax', message, last.column + last.text.length))
  }
  if (policyId === undefined && errors.length === 0) {
    const message = `${quote(text)} has no field id=…, in lower case (RFC 8461 §3.1)`
    errors.push(issue('mta-sts/record-id-missing', message))
  }
  const [first, ...more] = errors
  if (first !== undefined) return invalid(first, ...more)
  return valid({ policyId: policyId!, extensions }, warnings)
}

/** Writes a record as the standard's own example has it: `v=STSv1; id=20160831085700Z;`. */
export function formatMtaStsRecord(record: MtaStsRecord): string {
  const extensions = record.extensions.map(({ name, value }) => ` ${name}=${value};`)
  return `${VERSION}; id=${record.policyId};${extensions.join('')}`
}

/** Tells whether a text can be a policy id: 1 to 32 letters and digits. */
export function isPolicyId(text: string): boolean {
  if (text.length === 0 || text.length > MAX_POLICY_ID_LENGTH) return false
  for (let i = 0; i < text.length; i += 1) if (!isLetterOrDigit(text.charCodeAt(i))) return false
  return true
}

function idIssue(field: RecordField): Issue<ProtocolIssueCode> {
  const message = `${quote(field.text)}: an id is 1 to 32 letters and digits (RFC 8461 §3.1)`
  return issue('mta-sts/record-id', message, field.valueColumn)
}

function syntaxIssue(field: RecordField): Issue<ProtocolIssueCode> {
  const message =
    field.text === ''
      ? 'between two ; there must be a field (RFC 8461 §3.1)'
      : `${quote(field.text)} is no field name=value of US-ASCII without spaces (RFC 8461 §3.1)`
  return issue('mta-sts/record-syntax', message, field.column)
}

function issue(code: ProtocolIssueCode, message: string, column?: number): Issue<ProtocolIssueCode> {
  return column === undefined ? { code, message } : { code, message, column }
}
