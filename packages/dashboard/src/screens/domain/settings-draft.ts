import { parseMxHostPattern, parseTlsRptRecord } from '@sternpost/protocol'

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
}

export type SettingsProblems = Partial<Record<'mxHostPatterns' | 'maxAgeDays' | 'tlsRptRua', string>>

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
}): SettingsDraft {
  const { dnsWriter, dnsApply, delegation, policyIdForm } = saved
  return {
    mxHostPatterns: saved.mxHostPatterns.join('\n'),
    maxAgeDays: saved.maxAgeSeconds / DAY_SECONDS,
    tlsRptRua: saved.tlsRptRua.join('\n'),
    dnsWriter,
    dnsApply,
    delegation,
    policyIdForm,
  }
}

/** What was typed that is otherwise than saved: only this is sent, so that nothing else is overwritten. */
export function changeOf(draft: SettingsDraft, saved: SettingsDraft) {
  const { dnsWriter, dnsApply, delegation, policyIdForm } = draft
  const differs = (name: keyof SettingsDraft) => draft[name] !== saved[name]
  return {
    ...(differs('mxHostPatterns') ? { mxHostPatterns: readList(draft.mxHostPatterns) } : {}),
    ...(differs('maxAgeDays') ? { maxAgeSeconds: Math.round(Number(draft.maxAgeDays) * DAY_SECONDS) } : {}),
    ...(differs('tlsRptRua') ? { tlsRptRua: readList(draft.tlsRptRua).map(readReportUri) } : {}),
    ...(differs('dnsWriter') ? { dnsWriter } : {}),
    ...(differs('dnsApply') ? { dnsApply } : {}),
    ...(differs('delegation') ? { delegation } : {}),
    ...(differs('policyIdForm') ? { policyIdForm } : {}),
  }
}
