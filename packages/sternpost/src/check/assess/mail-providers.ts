/** A provider whose MX hosts are recognised by name, with the patterns it documents for policies of its customers. */
export interface MailProvider {
  readonly name: string
  /** A host belongs to it when it is, or ends in a dot and, one of these. */
  readonly hosts: readonly string[]
  /** For the policy of a customer; a function where they depend on the customer's own host. */
  readonly patterns: readonly string[] | ((mxHost: string) => readonly string[])
}

/** Providers whose host names change under their customers, so that a policy of exact names would break. */
const providers: readonly MailProvider[] = [
  {
    name: 'Google',
    hosts: ['aspmx.l.google.com', 'smtp.google.com', 'googlemail.com'],
    patterns: ['smtp.google.com', 'aspmx.l.google.com', '*.aspmx.l.google.com', '*.googlemail.com'],
  },
  {
    name: 'Microsoft 365',
    hosts: ['mail.protection.outlook.com'],
    patterns: ['*.mail.protection.outlook.com'],
  },
  {
    // `customer-example.h-v1.mx.microsoft`: one label only stands for `*`, so the group belongs to the pattern.
    name: 'Microsoft 365',
    hosts: ['mx.microsoft'],
    patterns: mxHost => [`*.${mxHost.slice(mxHost.indexOf('.') + 1)}`],
  },
  { name: 'Proton', hosts: ['protonmail.ch'], patterns: ['mail.protonmail.ch', 'mailsec.protonmail.ch'] },
  { name: 'Fastmail', hosts: ['messagingengine.com'], patterns: ['*.messagingengine.com'] },
  { name: 'iCloud', hosts: ['mail.icloud.com'], patterns: ['*.mail.icloud.com'] },
  { name: 'mailbox.org', hosts: ['mailbox.org'], patterns: ['*.mailbox.org'] },
  { name: 'Zoho', hosts: ['zoho.com', 'zoho.eu', 'zoho.in'], patterns: mxHost => [mxHost] },
  { name: 'Mimecast', hosts: ['mimecast.com'], patterns: ['*.mimecast.com'] },
  { name: 'Proofpoint', hosts: ['pphosted.com'], patterns: ['*.pphosted.com'] },
]

/** The provider an MX host belongs to, where it is a known one. */
export function mailProviderOf(mxHost: string): MailProvider | undefined {
  return providers.find(({ hosts }) => hosts.some(host => mxHost === host || mxHost.endsWith(`.${host}`)))
}

/** The patterns that cover an MX host of a provider now and after its next change. */
export function providerPatterns(provider: MailProvider, mxHost: string): readonly string[] {
  return typeof provider.patterns === 'function' ? provider.patterns(mxHost) : provider.patterns
}
