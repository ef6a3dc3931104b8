import {
  type BimiRecord,
  type DmarcRecord,
  explainAlmostRecord,
  formatTxtData,
  type Issue,
  type ProtocolIssueCode,
  quote,
  recordKindOf,
  type TlsaRecord,
  type TlsRptRecord,
} from '@sternpost/protocol'
import { finding, findingOfIssue, findingPages, type TabledCode } from '../catalogue/index.ts'
import type { Finding, FindingSubject, Severity } from '../finding.ts'
import { correctRecordText } from './correct-record.ts'
import { judgeBimiRecord, judgeDmarcRecord, judgeTlsaRecord, judgeTlsRptRecord } from './judge-record.ts'
import {
  type LintedRecordType,
  type RecordValue,
  recordCodes,
  recordTypes,
  type TxtRecordType,
} from './record-types.ts'
import { withRemedies } from './with-remedies.ts'

export type RecordSubject = Extract<FindingSubject, { kind: 'record' }>

/** What is to be said of one text that should be a record. */
export interface RecordAssessment {
  /** By the strict reading of its standard, each text by itself. */
  readonly valid: boolean
  readonly value: RecordValue | undefined
  readonly findings: readonly Finding<TabledCode>[]
  /** The text of the record, mended; undefined where nothing is to mend or only a person can. */
  readonly corrected: string | undefined
}

/** What is to be said of all TXT records at a name. */
export interface RecordsAssessment {
  /** How many records of the type senders see there. */
  readonly kind: 'none' | 'one' | 'multiple'
  readonly value: RecordValue | undefined
  /** About near misses and what belongs elsewhere too; that there is no record at all is the caller's to judge. */
  readonly findings: readonly Finding<TabledCode>[]
}

/**
 * Judges the TXT records at one name, as a sender meets them.
 *
 * Shape: `texts` are whole records, their strings joined. `name` is the owner name, for subjects and remedies.
 * Source: RFC 8461 §3.1, RFC 8460 §3, RFC 9989 §4.10, BIMI draft §8.2.
 */
export function assessRecord(type: TxtRecordType, texts: readonly string[], name: string): RecordsAssessment {
  const ours = texts.filter(text => recordKindOf(text) === type)
  const [first] = ours
  const assessed = assessRecordTexts(type, texts, { kind: 'record', name, type: 'TXT' })
  const value = ours.length === 1 ? assessed[texts.indexOf(first!)]?.value : undefined
  const told = ours.length > 1 ? firstOfEach(assessed) : assessed.flatMap(({ findings }) => findings)
  return {
    kind: ours.length === 0 ? 'none' : ours.length === 1 ? 'one' : 'multiple',
    value,
    findings: told.filter(({ code }) => ours.length > 0 || code !== recordCodes[type].version),
  }
}

/**
 * Judges texts that stand beside each other at one name, each by itself; of a type a name has but one, several are an
 * error of each of them.
 *
 * Shape: in the order of `texts`. A text that has nothing to do with the type is no fault beside a record of it.
 */
export function assessRecordTexts(
  type: LintedRecordType,
  texts: readonly string[],
  subject: RecordSubject,
): RecordAssessment[] {
  if (type === 'tlsa') return assessTlsaTexts(texts, subject)
  const ours = texts.filter(text => recordKindOf(text) === type).length
  return texts.map(text => {
    const assessment = assessTxt(type, text, subject)
    const isOurs = recordKindOf(text) === type
    if (isOurs && ours > 1) {
      const message = `${ours} records of this kind stand at one name; senders act as if there were none (${recordTypes[type].clause})`
      const several = finding(recordCodes[type].multiple, { subject, message })
      return { ...assessment, findings: withRemedies([several, ...assessment.findings]) }
    }
    if (isOurs || ours === 0 || assessment.findings.some(({ code }) => code === recordCodes[type].almost))
      return assessment
    return { ...assessment, findings: assessment.findings.map(found => passedOver(type, found)) }
  })
}

function assessTxt(type: TxtRecordType, text: string, subject: RecordSubject): RecordAssessment {
  const almost = explainAlmostRecord(type, text)
  const { parse, clause } = recordTypes[type]
  const corrected = correctRecordText(type, text)
  if (almost !== undefined) {
    const message = `${quote(text)}: ${almost.message} (${clause})`
    const code = almost.fault === 'other-standard' ? recordCodes[type].version : recordCodes[type].almost
    const mended = almost.mended === undefined ? undefined : parse(almost.mended)
    // What is wrong beyond the near miss; its columns are those of the mended text, and left out.
    const further = mended?.ok === false ? mended.issues.map(({ code, message }) => ({ code, message })) : []
    const findings = [
      finding(code, { subject: { ...subject, column: almost.column }, message }),
      ...further.map(issue => findingOfRecordIssue(issue, subject, 'error')),
    ]
    return withCorrection({ subject, valid: false, value: undefined, findings, corrected })
  }
  const parsed = parse(text)
  if (!parsed.ok) {
    const findings = parsed.issues.map(issue => findingOfRecordIssue(issue, subject, 'error'))
    return withCorrection({ subject, valid: false, value: undefined, findings, corrected })
  }
  const findings = [
    ...parsed.warnings.map(issue => findingOfRecordIssue(issue, subject, severityOfWarning(issue.code))),
    ...judge(type, parsed.value, subject),
  ]
  const matters = findings.some(({ severity }) => severity === 'error' || severity === 'warning')
  const offered = matters && corrected !== text ? corrected : undefined
  return withCorrection({ subject, valid: true, value: parsed.value, findings, corrected: offered })
}

function withCorrection(
  { subject, findings, corrected, ...rest }: RecordAssessment & { readonly subject: RecordSubject },
  data: 'TLSA' | 'TXT' = 'TXT',
): RecordAssessment {
  if (corrected === undefined) return { ...rest, findings: withRemedies(findings), corrected }
  const { name } = subject
  // Without a domain the name is relative to the zone; a whole one ends with a dot there.
  const isRelative = Object.values(recordTypes).some(type => type.name === name)
  const rdata = data === 'TXT' ? formatTxtData(corrected) : corrected
  const text = `${isRelative ? name : `${name}.`} 3600 IN ${data} ${rdata}`
  const replacement = { kind: 'dns-record', name, type: data, text } as const
  return { ...rest, findings: withRemedies(findings, { replacement }), corrected }
}

function assessTlsaTexts(texts: readonly string[], subject: RecordSubject): RecordAssessment[] {
  const seen = new Set<string>()
  return texts.map(text => {
    const parsed = recordTypes.tlsa.parse(text)
    if (!parsed.ok) return unreadableTlsa(text, parsed.issues, subject)
    const findings = judgeTlsaRecord(parsed.value as TlsaRecord, subject)
    const same = text.replace(/\s+/g, ' ').trim().toLowerCase()
    if (seen.has(same)) {
      const message = 'the record stands twice, which prepares no renewal (RFC 7671 §8.1)'
      findings.push(finding('dane/duplicate', { subject, message }))
    }
    seen.add(same)
    const valid = findings.every(({ severity }) => severity !== 'error')
    return { valid, value: parsed.value, findings: withRemedies(findings), corrected: undefined }
  })
}

/** Most often a whole line of a zone file was given, or its parentheses and quotation marks. */
function unreadableTlsa(
  text: string,
  issues: readonly Issue<ProtocolIssueCode>[],
  subject: RecordSubject,
): RecordAssessment {
  const data = text
    .slice(0, MAX_ZONE_LINE)
    .replace(/^.{0,300}?\bTLSA\s+/i, '')
    .replace(/["()]/g, ' ')
  const isZoneLine = recordTypes.tlsa.parse(data).ok
  const corrected = isZoneLine ? data.replace(/\s+/g, ' ').trim() : undefined
  const findings = isZoneLine
    ? [
        finding('dane/tlsa-syntax', {
          subject: { ...subject, column: 1 },
          message: `${quote(text)}: only usage, selector, matching type and data belong here, not the rest of a zone file's line (RFC 6698 §2.2)`,
        }),
      ]
    : issues.map(issue => findingOfRecordIssue(issue, subject, 'error'))
  return withCorrection({ subject, valid: false, value: undefined, findings, corrected }, 'TLSA')
}

/** The longest line that is looked into. */
const MAX_ZONE_LINE = 8192

function judge(type: TxtRecordType, value: RecordValue, subject: RecordSubject): Finding<TabledCode>[] {
  switch (type) {
    case 'sts':
      return []
    case 'tlsrpt':
      return judgeTlsRptRecord(value as TlsRptRecord, subject)
    case 'dmarc':
      return judgeDmarcRecord(value as DmarcRecord, subject)
    case 'bimi':
      return judgeBimiRecord(value as BimiRecord, subject)
  }
}

function findingOfRecordIssue(
  issue: Issue<ProtocolIssueCode>,
  subject: RecordSubject,
  severity: Severity,
): Finding<TabledCode> {
  return findingOfIssue({ ...issue, code: issue.code as TabledCode }, subject, severity)
}

/** What a parser reads over is no error; a DMARC policy that counts as none is. */
function severityOfWarning(code: ProtocolIssueCode): Severity {
  const { severity } = findingPages[code as TabledCode]
  return severity === 'error' && code !== 'dmarc/record-policy' ? 'warning' : severity
}

function passedOver(type: TxtRecordType, found: Finding<TabledCode>): Finding<TabledCode> {
  if (found.code !== recordCodes[type].version) return found
  const message = `${found.message}; beside a record that does, senders pass over it`
  return { ...found, severity: 'advice', message }
}

/** Several records of one kind have the same fault each; once is enough where the name is what is judged. */
function firstOfEach(assessed: readonly RecordAssessment[]): Finding<TabledCode>[] {
  const all = assessed.flatMap(({ findings }) => findings)
  return all.filter((found, index) => all.findIndex(({ code }) => code === found.code) === index)
}
