/** MX patterns of a hoster whose customers all have the same, or names under the same wildcard. */
export interface MxPreset {
  readonly title: string
  readonly patterns: readonly string[]
  /** Where the hoster, or many of its customers in public, say so. */
  readonly source: string
  /** What a customer should know. */
  readonly note?: string
}

/**
 * Big hosters. A preset is a proposal: what is asked of DNS today is named beside it, and does not have to be equal.
 */
const presets = {
  fastmail: {
    title: 'Fastmail',
    patterns: ['in1-smtp.messagingengine.com', 'in2-smtp.messagingengine.com'],
    source: 'the MX records that Fastmail has its customers set, as in their public policies (seen 2026-11)',
  },
  google: {
    title: 'Google Workspace',
    patterns: [
      'aspmx.l.google.com',
      'alt1.aspmx.l.google.com',
      'alt2.aspmx.l.google.com',
      'alt3.aspmx.l.google.com',
      'alt4.aspmx.l.google.com',
    ],
    source: 'the MX records that Google has its customers set, as in their public policies (seen 2026-11)',
    note: 'Newer customers have smtp.google.com in their MX record in place of these: take what DNS says (--from-mx).',
  },
  microsoft: {
    title: 'Microsoft 365',
    patterns: ['*.mail.protection.outlook.com'],
    source: 'https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts (seen 2026-11)',
    note: 'A domain with DNSSEC and DANE has an MX host such as example-com.h-v1.mx.microsoft, two labels below mx.microsoft: *.mx.microsoft does not match it. Take what DNS says (--from-mx).',
  },
  proton: {
    title: 'Proton Mail',
    patterns: ['mail.protonmail.ch', 'mailsec.protonmail.ch'],
    source: 'the policy of proton.me itself, as in public policies of customers (seen 2026-11)',
  },
  zoho: {
    title: 'Zoho Mail (zoho.com)',
    patterns: ['mx.zoho.com', 'mx2.zoho.com', 'mx3.zoho.com'],
    source: 'the MX records that Zoho has its customers set, as in their public policies (seen 2026-11)',
    note: 'Customers of another region have zoho.eu, zoho.in or others in place of zoho.com: take what DNS says (--from-mx).',
  },
} satisfies Readonly<Record<string, MxPreset>>

export type MxPresetName = keyof typeof presets
export const mxPresets: Readonly<Record<MxPresetName, MxPreset>> = presets
export const mxPresetNames = Object.keys(presets) as MxPresetName[]
