import { domainToASCII } from 'node:url'
import { type DomainName, parseDomainName, quote } from '@sternpost/protocol'
import { getPublicSuffix } from 'tldts'

/** What a person's input means: a domain to check, or why there is none in it. */
export type CheckInput =
  | {
      readonly ok: true
      readonly domain: DomainName
      /** What was done to the input, in a sentence; absent where it was the domain, upper case and dot aside. */
      readonly note?: string
    }
  | { readonly ok: false; readonly message: string }

const MAX_INPUT_CHARACTERS = 2_000
/** Names that belong to the machinery of a domain and not to the domain's mail. */
const SERVICE_PREFIXES = ['_mta-sts.', 'mta-sts.', '_smtp._tls.', '_dmarc.', 'default._bimi.'] as const

/**
 * Reads what a person gives as the domain to check: a domain, a mail address, a URL, in any spelling.
 *
 * Shape: U-labels become A-labels, a trailing dot and white space go. Of a mail address the part after the last @
 * is taken, of a URL the host, of `mta-sts.example.com` and its like the domain behind.
 * Errors: one sentence for an IP address, a public suffix and anything that is no name.
 */
export function readCheckInput(text: string): CheckInput {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: false, message: 'a domain is needed, such as example.com' }
  if (trimmed.length > MAX_INPUT_CHARACTERS) {
    return { ok: false, message: `${quote(trimmed)} is too long for a domain` }
  }
  const host = hostIn(trimmed)
  if (isAddress(host.name)) {
    const message = `${quote(host.name)} is an IP address; mail policies belong to domains, give the domain of the mail addresses`
    return { ok: false, message }
  }
  const name = parseDomainName(host.name, { toAscii: domainToASCII, underscore: true, singleLabel: true })
  if (!name.ok) return { ok: false, message: name.issues[0].message }
  const { domain, prefix } = withoutPrefix(name.value)
  if (domain.includes('_')) {
    return { ok: false, message: `${quote(domain)} is a record's name, no domain mail can be sent to` }
  }
  if (getPublicSuffix(domain) === domain) {
    const message = domain.includes('.')
      ? `${domain} is a public suffix, under which others register their domains; give a domain below it`
      : `${quote(domain)} is a single label; give a whole domain, such as example.com`
    return { ok: false, message }
  }
  const note = host.note ?? (prefix === '' ? undefined : `checking ${domain}, to which ${name.value} belongs`)
  return note === undefined ? { ok: true, domain } : { ok: true, domain, note }
}

function hostIn(text: string): { readonly name: string; readonly note?: string } {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)
  if (url !== null) {
    const authority = text.slice(url[0].length).split(/[/?#\\]/, 1)[0] ?? ''
    return { name: withoutPort(authority.slice(authority.lastIndexOf('@') + 1)), note: 'taken from a URL' }
  }
  const mail = text.replace(/^mailto:/i, '').replace(/^[^<]*<([^>]*)>$/, '$1')
  const at = mail.lastIndexOf('@')
  if (at !== -1) {
    const domain = mail.slice(at + 1).split(/[?>]/, 1)[0] ?? ''
    return { name: domain.trim(), note: 'taken from a mail address' }
  }
  const path = text.indexOf('/')
  return { name: path === -1 ? text : text.slice(0, path) }
}

function withoutPort(authority: string): string {
  return authority.startsWith('[') ? authority : authority.replace(/:[0-9]*$/, '')
}

function isAddress(text: string): boolean {
  return (
    /^\[.*\]$/.test(text) ||
    /^[0-9]{1,3}(\.[0-9]{1,3}){3}\.?$/.test(text) ||
    /^[0-9a-f]*:[0-9a-f:.]*$/i.test(text)
  )
}

function withoutPrefix(name: DomainName): { readonly domain: DomainName; readonly prefix: string } {
  const prefix = SERVICE_PREFIXES.find(candidate => name.startsWith(candidate)) ?? ''
  const rest = name.slice(prefix.length)
  // `mta-sts.com` is a domain like any other.
  if (prefix === '' || getPublicSuffix(rest) === rest) return { domain: name, prefix: '' }
  return { domain: rest as DomainName, prefix }
}
