import { type DnsLookup, networkIssues } from '@sternpost/network'

/** How long all keys of one mail together may take. */
const KEYS_DEADLINE_MS = 20_000
const SERVICE_OF_REPORTS = 'tlsrpt'

/** The DKIM keys one mail needs, looked up through our DNS client, and what their records said. */
export class DkimKeys {
  readonly #dns: DnsLookup
  readonly #deadline = AbortSignal.timeout(KEYS_DEADLINE_MS)
  readonly #services = new Map<string, readonly string[]>()

  constructor(dns: DnsLookup) {
    this.#dns = dns
  }

  /** Services (`s=`) that the key record of a signature names; empty where it names none or was not had. */
  servicesOf(selector: string, domain: string): readonly string[] {
    return this.#services.get(keyName(selector, domain)) ?? []
  }

  /**
   * Answers as `dns.promises.resolve` does, which is what the verifier asks through.
   *
   * Errors: `code` is `ENOTFOUND` where there is no key, else the failure is temporary.
   */
  readonly resolve = async (name: string, type: string): Promise<string[][]> => {
    if (type !== 'TXT') throw failure('ENOTFOUND', `keys are TXT records, not ${type}`)
    const answer = await Promise.race([this.#dns.lookup(name, 'TXT'), this.#untilDeadline()])
    if (answer.kind === 'failure') {
      const code = networkIssues[answer.code].temporary ? 'ETEMPORARY' : 'ENOTFOUND'
      throw failure(code, answer.message)
    }
    if (answer.kind !== 'records') throw failure('ENOTFOUND', 'there is no key')
    // Several records are undefined (RFC 6376 §3.6.2.2); the first that can be a key is taken.
    const record = answer.records.find(text => /(?:^|;)\s*p\s*=/.test(text)) ?? answer.records[0]
    if (record === undefined) throw failure('ENOTFOUND', 'there is no key')
    const { services, text } = readServices(record)
    this.#services.set(name.toLowerCase(), services)
    return [[text]]
  }

  #untilDeadline(): Promise<never> {
    const late = () => failure('ETEMPORARY', 'the keys took too long')
    if (this.#deadline.aborted) return Promise.reject(late())
    return new Promise((_, reject) => {
      this.#deadline.addEventListener('abort', () => reject(late()), { once: true })
    })
  }
}

/**
 * Reads `s=` of a key record; where it is for reports alone the tag is taken out, as the verifier knows only the
 * service `email` and would not use the key that RFC 8460 §3 recommends.
 */
function readServices(record: string): { readonly services: readonly string[]; readonly text: string } {
  const tags = record.split(';')
  const at = tags.findIndex(tag => /^\s*s\s*=/.test(tag))
  if (at === -1) return { services: [], text: record }
  const value = tags[at]?.slice(tags[at].indexOf('=') + 1) ?? ''
  const services = value
    .split(':')
    .map(service => service.trim().toLowerCase().slice(0, 64))
    .filter(service => service !== '')
    .slice(0, 16)
  if (!services.includes(SERVICE_OF_REPORTS)) return { services, text: record }
  return { services, text: tags.toSpliced(at, 1).join(';') }
}

function keyName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`.toLowerCase()
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
