import type { DnsAnswer, DnsFailure, DnsLookup, DnsLookupOptions, DnsRecordType } from '@sternpost/network'
import type { TlsaRecord } from '@sternpost/protocol'
import type { SeenAnswer } from '../observation.ts'
import { seeTlsaRecord } from '../seen-next-hop.ts'
import type { CheckDeadline } from './check-deadline.ts'

/** Failures behind which broken signatures may stand: the resolver says so, or says nothing but that it failed. */
const MAYBE_BOGUS: readonly string[] = ['dns/servfail', 'dns/bogus']

/**
 * Asks DNS within the time of a check and keeps every answer as data.
 *
 * Shape: one answer for each name and type, however often it is asked for. A failure of the resolver is asked
 * again without validation: where that gives an answer, the failure is `bogus` (RFC 4035 §5.5).
 */
export class RecordingDns implements DnsLookup {
  readonly #dns: DnsLookup
  readonly #deadline: CheckDeadline
  readonly #now: () => number
  readonly #asked = new Map<string, Promise<DnsAnswer>>()
  readonly #seen = new Map<string, SeenAnswer>()

  constructor(dns: DnsLookup, deadline: CheckDeadline, now: () => number) {
    this.#dns = dns
    this.#deadline = deadline
    this.#now = now
  }

  lookup<T extends DnsRecordType>(name: string, type: T, options?: DnsLookupOptions): Promise<DnsAnswer<T>> {
    const key = `${name} ${type}`
    let answer = this.#asked.get(key)
    if (answer === undefined) {
      answer = this.#ask(name, type, options).then(found => {
        this.#seen.set(key, seeAnswer(found))
        return found
      })
      this.#asked.set(key, answer)
    }
    // The type is part of the key.
    return answer as Promise<DnsAnswer<T>>
  }

  /** Every answer so far, by name and type, so that two observations of one world are alike. */
  answers(): readonly SeenAnswer[] {
    return [...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer)
  }

  async #ask(name: string, type: DnsRecordType, options?: DnsLookupOptions): Promise<DnsAnswer> {
    const question = { name, type }
    const late = (): DnsFailure => ({
      kind: 'failure',
      question,
      dnssec: 'indeterminate',
      code: 'dns/timeout',
      message: 'the time of the check ended before an answer came',
      receivedAt: this.#now(),
    })
    const what = `DNS: ${name} ${type}`
    if (this.#deadline.signal.aborted) {
      this.#deadline.note(what)
      return late()
    }
    const answer = await this.#deadline.within(what, this.#dns.lookup(name, type, options), late)
    if (answer.kind !== 'failure' || !MAYBE_BOGUS.includes(answer.code)) return answer
    const unchecked = await this.#deadline.within(
      what,
      this.#dns.lookup(name, type, { checkingDisabled: true }),
      late,
    )
    if (unchecked.kind === 'failure') return answer
    const message = `${answer.message}; asked not to validate, the resolver answers`
    return { ...answer, dnssec: 'bogus', code: 'dns/bogus', message }
  }
}

/** An answer as data. */
export function seeAnswer(answer: DnsAnswer): SeenAnswer {
  const { question, receivedAt, ...rest } = answer
  const seen = { ...rest, name: question.name, type: question.type, at: receivedAt }
  if (answer.kind !== 'records' || question.type !== 'TLSA') return seen as SeenAnswer
  const records = (answer.records as readonly TlsaRecord[]).map(seeTlsaRecord)
  return { ...seen, records } as SeenAnswer
}
