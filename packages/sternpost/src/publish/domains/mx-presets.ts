import { type MailHoster, type MailHosterName, mailHosters } from '@sternpost/protocol'

/** MX patterns of a hoster whose customers all have the same, or names under the same wildcard. */
export type MxPreset = MailHoster

/** Hosters to name with `--preset`: those whose patterns are written down by them, or by many of their customers. */
export const mxPresetNames = [
  'fastmail',
  'google',
  'microsoft',
  'proton',
  'zoho',
] as const satisfies MailHosterName[]
export type MxPresetName = (typeof mxPresetNames)[number]

/** A preset is a proposal: what is asked of DNS today is named beside it, and does not have to be equal. */
export const mxPresets: Readonly<Record<MxPresetName, MxPreset>> = mailHosters

/** A hoster as JSON; see docs/reference/domain-json.md. */
export type HosterJson = ReturnType<typeof hosterJson>

export function hosterJson({ title, patterns, source, note }: MxPreset) {
  return { title, patterns: [...patterns], source, note: note ?? null }
}
