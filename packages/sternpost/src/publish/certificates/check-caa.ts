import type { CaaRecord, DnsLookup } from '@sternpost/network'
import { CertificateFault } from './certificate-issues.ts'

export interface CaaQuestion {
  readonly host: string
  /** The domains by which CAA records name the authority. */
  readonly identities: readonly string[]
  readonly accountUrl: string
}

/** Which ways of proof CAA records leave; undefined for all of them. */
export type CaaVerdict = { readonly methods: readonly string[] | undefined }

/** Properties a certificate for one host is judged by, or that judge nothing of it. */
const KNOWN_TAGS = ['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']

/**
 * Judges whether an authority may issue for a host, as it will itself, so that no order is spent on a refusal.
 *
 * Errors: `CertificateFault` with `caa-forbids` or `caa-lookup-failed`.
 * Source: RFC 8659 §3 (the tree is climbed up to the top-level domain), §4.2; RFC 8657 for the parameters.
 */
export async function checkCaa(
  dns: Pick<DnsLookup, 'lookup'>,
  { host, identities, accountUrl }: CaaQuestion,
): Promise<CaaVerdict> {
  for (let name = host; name !== ''; name = parentOf(name)) {
    const answer = await dns.lookup(name, 'CAA')
    if (answer.kind === 'failure')
      throw new CertificateFault(
        'certificate/caa-lookup-failed',
        `the CAA records of ${name} cannot be looked up, and no authority issues without: ${answer.message}`,
      )
    if (answer.kind === 'records') return judge(answer.records, { host, at: name, identities, accountUrl })
  }
  return { methods: undefined }
}

function judge(records: readonly CaaRecord[], question: CaaQuestion & { readonly at: string }): CaaVerdict {
  const { at, identities, accountUrl } = question
  const strange = records.find(({ critical, tag }) => critical && !KNOWN_TAGS.includes(tag))
  if (strange !== undefined) throw forbidden(at, `has a critical property ${strange.tag} nobody knows`)
  const properties = records.filter(({ tag }) => tag === 'issue').map(({ value }) => parseIssue(value))
  if (properties.length === 0) return { methods: undefined }
  const own = properties.filter(({ issuer }) => issuer !== undefined && identities.includes(issuer))
  if (own.length === 0) {
    const others = properties.map(({ issuer }) => issuer ?? 'nobody').join(', ')
    throw forbidden(at, `allows ${others}; add "0 issue \\"${identities[0] ?? ''}\\""`)
  }
  const ours = own.filter(({ parameters }) => (parameters.get('accounturi') ?? accountUrl) === accountUrl)
  if (ours.length === 0) throw forbidden(at, `names another account than ${accountUrl} (RFC 8657 §3)`)
  const methods = ours.map(({ parameters }) => parameters.get('validationmethods')?.split(','))
  return { methods: methods.includes(undefined) ? undefined : methods.flatMap(list => list ?? []) }
}

function forbidden(at: string, why: string): CertificateFault {
  return new CertificateFault('certificate/caa-forbids', `the CAA record of ${at} ${why}`)
}

/** Source: RFC 8659 §4.2. What cannot be read allows nobody. */
function parseIssue(value: string): {
  readonly issuer: string | undefined
  readonly parameters: ReadonlyMap<string, string>
} {
  const [issuer = '', ...rest] = value.split(';').map(part => part.trim())
  const parameters = new Map<string, string>()
  for (const part of rest) {
    if (part === '') continue
    const [, tag, text] = /^([A-Za-z0-9-]+)\s*=\s*([\x21-\x3a\x3c-\x7e]*)$/.exec(part) ?? []
    if (tag === undefined || text === undefined) return { issuer: undefined, parameters }
    parameters.set(tag.toLowerCase(), text)
  }
  return { issuer: issuer === '' ? undefined : issuer.toLowerCase(), parameters }
}

function parentOf(name: string): string {
  const dot = name.indexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}
