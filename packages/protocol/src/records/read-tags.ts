import type { ProtocolIssueCode } from '../issues.ts'
import { type Issue, quote } from '../result.ts'
import { MAX_RECORD_ISSUES } from './extension-field.ts'
import { type RecordField, tokenizeRecord } from './tokenize-record.ts'

/** One tag of a DMARC or BIMI record. */
export interface RecordTag {
  readonly name: string
  readonly value: string
  readonly column: number
  readonly valueColumn: number
}

export interface TagList {
  /** Without the version; names unique, the first one of each. */
  readonly tags: ReadonlyMap<string, RecordTag>
  readonly malformed: readonly Issue<ProtocolIssueCode>[]
  readonly repeated: readonly Issue<ProtocolIssueCode>[]
}

export interface TagListCodes {
  readonly version: string
  readonly syntax: ProtocolIssueCode
  readonly repeated: ProtocolIssueCode
  readonly clause: string
  /** Whether `a=` is a tag; with DMARC a value has at least one character. */
  readonly emptyValues: boolean
}

/**
 * Takes a DKIM-style tag list apart: names and values, white space around `=` and `;` allowed.
 *
 * Shape: undefined where the text does not begin with `v=` and the version, exactly so.
 * Errors: at most 20 of each kind, with columns.
 * Source: RFC 9989 §4.8, BIMI draft §5.3, RFC 6376 §3.2.
 */
export function readTagList(text: string, codes: TagListCodes): TagList | undefined {
  const { fields } = tokenizeRecord(text)
  const [version, ...others] = fields
  const isVersion = version?.name === 'v' && version.value === codes.version && !version.spaceBefore
  if (!isVersion) return undefined
  const tags = new Map<string, RecordTag>()
  const malformed: Issue<ProtocolIssueCode>[] = []
  const repeated: Issue<ProtocolIssueCode>[] = []
  for (const { text: fieldText, name, value, column, valueColumn } of others) {
    if (malformed.length >= MAX_RECORD_ISSUES || repeated.length >= MAX_RECORD_ISSUES) break
    if (value === null || !/^[A-Za-z]+$/.test(name) || !isTagValue(value, codes.emptyValues)) {
      malformed.push(syntaxIssue(fieldText, column, codes))
    } else if (tags.has(name) || name === 'v') {
      const message = `the tag ${quote(name)} stands twice; the first one is read here (${codes.clause})`
      repeated.push({ code: codes.repeated, message, column })
    } else tags.set(name, { name, value, column, valueColumn })
  }
  return { tags, malformed, repeated }
}

/** Tells whether a text is a record of this version, as receivers pick them out of an answer. */
export function beginsWithTagVersion(text: string, version: string): boolean {
  const first: RecordField | undefined = tokenizeRecord(text.slice(0, MAX_VERSION_CHARACTERS)).fields[0]
  return first?.name === 'v' && first.value === version && !first.spaceBefore
}

/** More white space around `v`, `=` and the version than this nobody writes by mistake. */
const MAX_VERSION_CHARACTERS = 256

function isTagValue(value: string, mayBeEmpty: boolean): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return false
  }
  return mayBeEmpty || value !== ''
}

function syntaxIssue(fieldText: string, column: number, codes: TagListCodes): Issue<ProtocolIssueCode> {
  const message =
    fieldText === ''
      ? `between two ; there must be a tag (${codes.clause})`
      : `${quote(fieldText)} is no tag name=value of US-ASCII, the name of letters (${codes.clause})`
  return { code: codes.syntax, message, column }
}
