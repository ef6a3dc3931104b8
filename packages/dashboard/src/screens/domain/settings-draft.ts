import { parseMxHostPattern, parseTlsRptRecord } from '@sternpost/protocol'
import { formatTlsaLines, readTlsaLines, type TlsaFacts } from './tlsa-lines.ts'

/** The settings of a domain as they are typed. */
export interface SettingsDraft {
  /** One in a line. */
  readonly mxHostPatterns: string
  readonly maxAgeDays: number | string
  /** One in a line. */
  readonly tlsRptRua: string
  readonly dnsWriter: string
  readonly dnsApply: 'auto' | 'ask'
  readonly delegation: 'direct' | 'cname'
  readonly policyIdForm: 'utc' | 'daily'
  readonly hasBimi: boolean
  readonly bimiSelector: string
  readonly bimiLocation: string
  readonly bimiEvidence: string
  /** One record in a line, with its MX host before it. */
  readonly tlsa: string
}

type CheckedField =
  | 'mxHostPatterns'
  | 'maxAgeDays'
  | 'tlsRptRua'
  | 'bimiSelector'
  | 'bimiLocation'
  | 'bimiEvidence'
  | 'tlsa'
export type SettingsProblems = Partial<Record<CheckedField, string>>

const MOST_DAYS = 365
const DAY_SECONDS = 86_400

/** The words of a list that was typed with line ends, commas or blanks between them. */
export function readList(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(word => word !== ''))]
}

/** A report address as a URI; a plain mail address counts as `mailto:`. */
export function readReportUri(text: string): string {
  return text.includes('@') && !text.includes(':') ? `mailto:${text}` : text
}

/** What cannot be saved as it is typed, field by field. */
export function settingsProblems(draft: SettingsDraft): SettingsProblems {
  const patterns = readList(draft.mxHostPatterns).map(text => parseMxHostPattern(text.replace(/\.$/, '')))
  const badPattern = patterns.find(pattern => !pattern.ok)
  const days = Number(draft.maxAgeDays)
  const tlsa = readTlsaLines(draft.tlsa)
  const badUri = readList(draft.tlsRptRua).find(text => !isReportUri(readReportUri(text)))
  return {
    ...(badPattern !== undefined && !badPattern.ok ? { mxHostPatterns: badPattern.issues[0].message } : {}),
    ...(patterns.length === 0
      ? { mxHostPatterns: 'A policy needs one MX host at least (RFC 8461 §3.2).' }
      : {}),
    ...(draft.maxAgeDays === '' || !(days > 0 && days <= MOST_DAYS)
      ? { maxAgeDays: `Between a day and ${MOST_DAYS} days.` }
      : {}),
    ...(badUri === undefined
      ? {}
      : {
          tlsRptRua: `${badUri} is no address for reports; write mailto:tls-reports@example.com or an https: address.`,
        }),
    ...(draft.hasBimi ? bimiProblems(draft) : {}),
    ...(tlsa.ok ? {} : { tlsa: tlsa.problem }),
  }
}

function bimiProblems({ bimiSelector, bimiLocation, bimiEvidence }: SettingsDraft): SettingsProblems {
  const isAddress = (text: string) => text === '' || /^https:\/\/[^\s;]+$/i.test(text)
  const asAddress = 'An https: address without blanks and semicolons, or nothing.'
  return {
    ...(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(bimiSelector.trim())
      ? {}
      : { bimiSelector: 'Letters, digits and - within.' }),
    ...(isAddress(bimiLocation.trim()) ? {} : { bimiLocation: asAddress }),
    ...(isAddress(bimiEvidence.trim()) ? {} : { bimiEvidence: asAddress }),
  }
}

function isReportUri(uri: string): boolean {
  const record = parseTlsRptRecord(`v=TLSRPTv1; rua=${uri};`)
  return record.ok && record.value.rua.length === 1
}

/** What is saved, as it stands in the form. */
export function draftOf(saved: {
  readonly mxHostPatterns: readonly string[]
  readonly maxAgeSeconds: number
  readonly tlsRptRua: readonly string[]
  readonly dnsWriter: string
  readonly dnsApply: 'auto' | 'ask'
  readonly delegation: 'direct' | 'cname'
  readonly policyIdForm: 'utc' | 'daily'
  readonly bimi: {
    readonly selector: string
    readonly location: string
    readonly evidence: string
  } | null
  readonly tlsa: readonly TlsaFacts[]
}): SettingsDraft {
  const { bimi, dnsWriter, dnsApply, delegation, policyIdForm } = saved
  return {
    mxHostPatterns: saved.mxHostPatterns.join('\n'),
    maxAgeDays: saved.maxAgeSeconds / DAY_SECONDS,
    tlsRptRua: saved.tlsRptRua.join('\n'),
    dnsWriter,
    dnsApply,
    delegation,
    policyIdForm,
    hasBimi: bimi !== null,
    bimiSelector: bimi?.selector ?? 'default',
    bimiLocation: bimi?.location ?? '',
    bimiEvidence: bimi?.evidence ?? '',
    tlsa: formatTlsaLines(saved.tlsa),
  }
}

/** What is wanted by what was typed, as the API takes it. */
function wishesOf(draft: SettingsDraft) {
  const { dnsWriter, dnsApply, delegation, policyIdForm } = draft
  const tlsa = readTlsaLines(draft.tlsa)
  return {
    mxHostPatterns: readList(draft.mxHostPatterns),
    maxAgeSeconds: Math.round(Number(draft.maxAgeDays) * DAY_SECONDS),
    tlsRptRua: readList(draft.tlsRptRua).map(readReportUri),
    dnsWriter,
    dnsApply,
    delegation,
    policyIdForm,
    bimi: draft.hasBimi
      ? {
          selector: draft.bimiSelector.trim(),
          location: draft.bimiLocation.trim(),
          evidence: draft.bimiEvidence.trim(),
        }
      : null,
    tlsa: tlsa.ok ? tlsa.facts : [],
  }
}

/** What is wanted otherwise than saved: only this is sent, so that nothing else is overwritten. */
export function changeOf(draft: SettingsDraft, saved: SettingsDraft): Partial<ReturnType<typeof wishesOf>> {
  const before: Readonly<Record<string, unknown>> = wishesOf(saved)
  return Object.fromEntries(
    Object.entries(wishesOf(draft)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  )
}
