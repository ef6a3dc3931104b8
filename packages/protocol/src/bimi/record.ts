import type { ProtocolIssueCode } from '../issues.ts'
import { parseDomainName } from '../names/domain-name.ts'
import { beginsWithTagVersion, type RecordTag, readTagList } from '../records/read-tags.ts'
import { selectTxtRecord } from '../records/select-txt-record.ts'
import { isUriText, uriHost, uriPath, uriScheme } from '../records/uri.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'

/** A BIMI assertion record, at `<selector>._bimi.<domain>`. */
export interface BimiRecord {
  /** `l`: the https: URI of the indicator, '' where none is to be shown. */
  readonly location: string
  /** `a`: the https: URI of the evidence document, '' where there is none. */
  readonly evidence: string
  /** `lps`: prefixes of local parts that are selectors; [] for all of them, undefined for none. */
  readonly localPartPrefixes: readonly string[] | undefined
  /** `avp`: what to show where the person has a picture too. */
  readonly avatarPreference: 'brand' | 'personal' | undefined
}

/** The BIMI record among the TXT records of a name; several are no answer (draft §8.2). */
export type BimiRecordSelection =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly text: string; readonly record: Parsed<BimiRecord, ProtocolIssueCode> }
  | { readonly kind: 'multiple'; readonly texts: readonly string[] }

const VERSION = 'BIMI1'
const CLAUSE = 'BIMI draft §5.3'
/** Tags of early drafts. */
const removedTags: readonly string[] = ['s', 'e', 'p', 'z', 'f']

/** Finds the BIMI record in the answer to a TXT query and reads it (BIMI draft §8.2). */
export function selectBimiRecord(txtTexts: readonly string[]): BimiRecordSelection {
  const selection = selectTxtRecord(txtTexts, text => beginsWithTagVersion(text, VERSION))
  if (selection.kind !== 'one') return selection
  return { ...selection, record: parseBimiRecord(selection.text) }
}

/** Tells whether a record declines BIMI: nothing is to be shown (BIMI draft §5.3.1). */
export function declinesBimi({ location, evidence }: BimiRecord): boolean {
  return location === '' && evidence === ''
}

/**
 * Reads the text of one BIMI record.
 *
 * Strict: receivers must not mend mistakes (§5.3). A malformed or repeated tag, a missing `l`, and an address that
 * is not one https: URI with a full host name are errors; `l` must end in .svg or .svgz (§5.3.2).
 * Lenient: an unknown `avp` is ignored with a warning, as the draft says; it allows receivers to fail it too.
 * Errors: `bimi/record-*` with columns.
 * Source: BIMI draft §5.3, §5.3.1, §5.3.2, §5.5.
 */
export function parseBimiRecord(text: string): Parsed<BimiRecord, ProtocolIssueCode> {
  const list = readTagList(text, {
    version: VERSION,
    syntax: 'bimi/record-syntax',
    repeated: 'bimi/record-duplicate-tag',
    clause: CLAUSE,
    emptyValues: true,
  })
  if (list === undefined) {
    const message = `${quote(text)} does not begin with v=BIMI1 (${CLAUSE})`
    return invalid({ code: 'bimi/record-version', message, column: 1 })
  }
  const { tags } = list
  const errors: Issue<ProtocolIssueCode>[] = [...list.malformed, ...list.repeated]
  const warnings: Issue<ProtocolIssueCode>[] = otherTags(tags)

  const location = tags.get('l')
  if (location === undefined) {
    errors.push({ code: 'bimi/record-location', message: `the tag l is missing (${CLAUSE})` })
  } else {
    const issues = uriIssues(location, 'bimi/record-location')
    errors.push(...(issues.length > 0 ? issues : suffixIssues(location)))
  }
  const evidence = tags.get('a')
  if (evidence !== undefined) errors.push(...uriIssues(evidence, 'bimi/record-evidence'))
  if (location?.value === '' && (evidence?.value ?? '') !== '') {
    const message = `l is empty and a is not: that neither declines nor shows anything (BIMI draft §5.3.1)`
    warnings.push({ code: 'bimi/record-location', message, column: location.valueColumn })
  }
  const prefixes = tags.get('lps')
  const localPartPrefixes = prefixes === undefined ? undefined : readPrefixes(prefixes.value)
  if (prefixes !== undefined && localPartPrefixes === undefined) {
    const message = `lps=${quote(prefixes.value)} is no list of prefixes of 1 to 63 letters, digits and hyphens (${CLAUSE})`
    errors.push({ code: 'bimi/record-local-part-selector', message, column: prefixes.valueColumn })
  }
  const preference = tags.get('avp')
  const avatarPreference = (['brand', 'personal'] as const).find(known => known === preference?.value)
  if (preference !== undefined && avatarPreference === undefined) {
    const message = `avp=${quote(preference.value)} is neither brand nor personal (${CLAUSE})`
    warnings.push({ code: 'bimi/record-avatar-preference', message, column: preference.valueColumn })
  }

  const [first, ...more] = errors
  if (first !== undefined) return invalid(first, ...more)
  return valid(
    { location: location!.value, evidence: evidence?.value ?? '', localPartPrefixes, avatarPreference },
    warnings,
  )
}

/** Writes a record: `v=BIMI1; l=https://…; a=;`. */
export function formatBimiRecord(record: BimiRecord): string {
  const { location, evidence, localPartPrefixes, avatarPreference } = record
  const tags = [
    `v=${VERSION}`,
    `l=${location}`,
    `a=${evidence}`,
    ...(localPartPrefixes === undefined ? [] : [`lps=${localPartPrefixes.join(',')}`]),
    ...(avatarPreference === undefined ? [] : [`avp=${avatarPreference}`]),
  ]
  return `${tags.join('; ')};`
}

/**
 * The selector a local part stands for; undefined where it cannot be one.
 *
 * Shape: `first.last+tag` gives `first-last`; letters are folded, as DNS does.
 * Source: BIMI draft §5.5.
 */
export function localPartSelector(localPart: string): string | undefined {
  const [name = ''] = localPart.split('+')
  const selector = name.replace(/[_.-]+/g, '-').replace(/^-|-$/g, '')
  return /^[A-Za-z0-9-]{1,63}$/.test(selector) ? selector.toLowerCase() : undefined
}

function uriIssues(tag: RecordTag, code: ProtocolIssueCode): Issue<ProtocolIssueCode>[] {
  const { name, value, valueColumn } = tag
  if (value === '') return []
  const issue = (found: string) => [
    { code, message: `${name}=${quote(value)} ${found} (${CLAUSE})`, column: valueColumn },
  ]
  if (value.includes(',')) return issue('must be one URI; a comma inside it is written %2C')
  if (uriScheme(value) !== 'https') return issue('must begin with https://')
  if (!isUriText(value)) return issue('holds characters that no URI has')
  const host = uriHost(value)
  if (host === undefined || !parseDomainName(host).ok) return issue('must have a full host name')
  return []
}

function suffixIssues({ value, valueColumn }: RecordTag): Issue<ProtocolIssueCode>[] {
  if (value === '' || /\.svgz?$/i.test(uriPath(value))) return []
  const message = `l=${quote(value)} must end in .svg or .svgz (BIMI draft §5.3.2)`
  return [{ code: 'bimi/record-location', message, column: valueColumn }]
}

function readPrefixes(value: string): string[] | undefined {
  if (value === '') return []
  const prefixes = value.split(',').map(prefix => prefix.trim())
  return prefixes.every(prefix => /^[A-Za-z0-9-]{1,63}$/.test(prefix)) ? prefixes : undefined
}

function otherTags(tags: ReadonlyMap<string, RecordTag>): Issue<ProtocolIssueCode>[] {
  const known = ['l', 'a', 'lps', 'avp']
  return [...tags.values()]
    .filter(({ name }) => !known.includes(name))
    .map(({ name, column }) =>
      removedTags.includes(name)
        ? {
            code: 'bimi/record-tag-removed',
            message: `the tag ${name} is one of early drafts (${CLAUSE})`,
            column,
          }
        : {
            code: 'bimi/record-tag-unknown',
            message: `the tag ${quote(name)} is unknown and ignored (${CLAUSE})`,
            column,
          },
    )
}
