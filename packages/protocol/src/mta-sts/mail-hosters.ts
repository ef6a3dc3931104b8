/** A hoster that takes the mail of many domains, and what a policy of its customers allows. */
export interface MailHoster {
  readonly title: string
  /** An MX host is the hoster's when it is one of these names, or below one. */
  readonly mxHostsUnder: readonly string[]
  /** MX host patterns that are the same for every customer; empty where each has hosts of its own. */
  readonly patterns: readonly string[]
  /** Whether a customer's MX host may change for one beside it, so that its policy needs a wildcard in place of the host. */
  readonly changesBeside?: boolean
  /** Where the hoster, or many of its customers in public, say so. */
  readonly source: string
  /** What a customer should know. */
  readonly note?: string
}

const hosters = {
  fastmail: {
    title: 'Fastmail',
    mxHostsUnder: ['messagingengine.com'],
    patterns: ['in1-smtp.messagingengine.com', 'in2-smtp.messagingengine.com'],
    source: 'the MX records that Fastmail has its customers set, as in their public policies (seen 2026-11)',
  },
  google: {
    title: 'Google Workspace',
    mxHostsUnder: ['aspmx.l.google.com', 'smtp.google.com', 'googlemail.com'],
    patterns: [
      'aspmx.l.google.com',
      'alt1.aspmx.l.google.com',
      'alt2.aspmx.l.google.com',
      'alt3.aspmx.l.google.com',
      'alt4.aspmx.l.google.com',
    ],
    source: 'the MX records that Google has its customers set, as in their public policies (seen 2026-11)',
    note: 'Newer customers have smtp.google.com in their MX record in place of these: take what DNS says.',
  },
  icloud: {
    title: 'iCloud',
    mxHostsUnder: ['mail.icloud.com'],
    patterns: ['*.mail.icloud.com'],
    source: 'the form of the MX hosts of its customers: one label below mail.icloud.com',
  },
  mailboxOrg: {
    title: 'mailbox.org',
    mxHostsUnder: ['mailbox.org'],
    patterns: ['*.mailbox.org'],
    source: 'the form of the MX hosts of its customers: one label below mailbox.org',
  },
  microsoft: {
    title: 'Microsoft 365',
    mxHostsUnder: ['mail.protection.outlook.com'],
    patterns: ['*.mail.protection.outlook.com'],
    source: 'https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts (seen 2026-11)',
    note: 'A domain with DNSSEC and DANE has an MX host such as example-com.h-v1.mx.microsoft, two labels below mx.microsoft: *.mx.microsoft does not match it. Take what DNS says.',
  },
  microsoftDane: {
    title: 'Microsoft 365',
    mxHostsUnder: ['mx.microsoft'],
    patterns: [],
    changesBeside: true,
    source:
      'the form of the MX hosts of its customers: a group (h-v1) below mx.microsoft, a customer below that',
  },
  mimecast: {
    title: 'Mimecast',
    mxHostsUnder: ['mimecast.com'],
    patterns: ['*.mimecast.com'],
    source: 'the form of the MX hosts of its customers: one label below mimecast.com',
  },
  proofpoint: {
    title: 'Proofpoint',
    mxHostsUnder: ['pphosted.com'],
    patterns: ['*.pphosted.com'],
    source: 'the form of the MX hosts of its customers: one label below pphosted.com',
  },
  proton: {
    title: 'Proton Mail',
    mxHostsUnder: ['protonmail.ch'],
    patterns: ['mail.protonmail.ch', 'mailsec.protonmail.ch'],
    source: 'the policy of proton.me itself, as in public policies of customers (seen 2026-11)',
  },
  zoho: {
    title: 'Zoho Mail (zoho.com)',
    mxHostsUnder: ['zoho.com'],
    patterns: ['mx.zoho.com', 'mx2.zoho.com', 'mx3.zoho.com'],
    source: 'the MX records that Zoho has its customers set, as in their public policies (seen 2026-11)',
    note: 'Customers of another region have zoho.eu, zoho.in or others in place of zoho.com: take what DNS says.',
  },
  zohoElsewhere: {
    title: 'Zoho Mail',
    mxHostsUnder: ['zoho.eu', 'zoho.in'],
    patterns: [],
    source: 'the MX records that Zoho has its customers in these regions set',
  },
} satisfies Readonly<Record<string, MailHoster>>

export type MailHosterName = keyof typeof hosters
/** Hosters whose customers are many. What is asked of DNS does not have to be equal. */
export const mailHosters: Readonly<Record<MailHosterName, MailHoster>> = hosters

/** The hoster an MX host belongs to, where it is a known one. */
export function mailHosterOf(mxHost: string): MailHoster | undefined {
  return Object.values(mailHosters).find(({ mxHostsUnder }) =>
    mxHostsUnder.some(name => mxHost === name || mxHost.endsWith(`.${name}`)),
  )
}

/** The patterns, as texts, that a hoster has for a customer with this MX host; they need not cover it. */
export function hosterPatterns({ changesBeside, patterns }: MailHoster, mxHost: string): readonly string[] {
  // `customer-example.h-v1.mx.microsoft`: `*` stands for one label only, so the group belongs to the pattern.
  return changesBeside === true ? [`*.${mxHost.slice(mxHost.indexOf('.') + 1)}`] : patterns
}
