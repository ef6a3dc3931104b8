import type { DnsAnswerFunction, DnsQuestionSeen, DnsReply } from './dns-reply.ts'
import {
  type LabRecordType,
  labName,
  labRecordTypes,
  type ResourceRecord,
  toPacketAnswer,
} from './resource-record.ts'
import {
  type DnsFault,
  type DnsState,
  type DnssecState,
  type RrsetLiteral,
  readRrset,
  type ZoneLiteral,
} from './zone-literal.ts'

export interface ZoneOptions {
  /** TTL where the literal gives none. Default 300. */
  readonly ttlSeconds?: number
  /** SOA minimum of denials where no SOA record is in the zone. Default 60. */
  readonly negativeTtlSeconds?: number
}

interface State {
  dnssec?: DnssecState
  fault?: DnsFault
}

interface NameStates extends State {
  readonly types: Map<string, State>
}

const MAX_ALIASES = 16
/** Extended DNS error 6, "DNSSEC Bogus" (RFC 8914 §4.7). */
const DNSSEC_BOGUS = 6

/** All names of a lab and what its resolver says of them; may be changed while a DNS server answers from it. */
export class Zone {
  readonly #rrsets = new Map<string, Map<string, ResourceRecord[]>>()
  readonly #states = new Map<string, NameStates>()
  /** For each name above an existing one, how many exist below: such a name exists too, without records. */
  readonly #descendants = new Map<string, number>()
  readonly #counters = new Map<string, { count: number }>()
  readonly #ttlSeconds: number
  readonly #negativeTtlSeconds: number
  #revision = 0

  constructor(literal: ZoneLiteral = {}, options: ZoneOptions = {}) {
    this.#ttlSeconds = options.ttlSeconds ?? 300
    this.#negativeTtlSeconds = options.negativeTtlSeconds ?? 60
    this.merge(literal)
  }

  /** Goes up with every change, so that a server knows when its encoded answers are stale. */
  get revision(): number {
    return this.#revision
  }

  /** Adds names of another literal; what both describe is replaced. */
  merge(literal: ZoneLiteral): void {
    for (const [name, entry] of Object.entries(literal)) {
      for (const type of labRecordTypes) {
        const rrset = entry[type]
        if (rrset !== undefined) this.#set(labName(name), type, rrset, entry.ttlSeconds)
      }
      if (entry.dnssec !== undefined) this.setState(name, entry.dnssec)
      if (entry.fault !== undefined) this.setState(name, entry.fault)
      for (const type of labRecordTypes) {
        const state = entry.states?.[type]
        if (state !== undefined) this.setState(name, state, type)
      }
    }
    this.#revision += 1
  }

  /** Replaces the records of one type. Errors: a `RangeError` for text that is no such record. */
  set(name: string, type: LabRecordType, rrset: RrsetLiteral): void {
    this.#set(labName(name), type, rrset, undefined)
    this.#revision += 1
  }

  /** Takes away the records of one type, or all records of the name. States stay. */
  remove(name: string, type?: LabRecordType): void {
    const key = labName(name)
    const types = this.#rrsets.get(key)
    if (types === undefined) return
    if (type === undefined) types.clear()
    else types.delete(type)
    if (types.size === 0) {
      this.#rrsets.delete(key)
      this.#countAncestors(key, -1)
    }
    this.#revision += 1
  }

  /**
   * Sets what the resolver says of a name, or of one type at it.
   * Effects: `secure`, `insecure` and `bogus` end a fault; a fault keeps the DNSSEC status for later.
   */
  setState(name: string, state: DnsState, type?: string): void {
    const states = this.#statesOf(labName(name))
    let target: State = states
    if (type !== undefined) {
      target = states.types.get(type) ?? {}
      states.types.set(type, target)
    }
    if (state === 'secure' || state === 'insecure' || state === 'bogus') {
      target.dnssec = state
      delete target.fault
    } else target.fault = state
    this.#revision += 1
  }

  /** Sets how a name fails, or with undefined lets it answer again; its DNSSEC status is kept. */
  setFault(name: string, fault: DnsFault | undefined): void {
    if (fault !== undefined) return this.setState(name, fault)
    delete this.#states.get(labName(name))?.fault
    this.#revision += 1
  }

  /** Ends every state given to the name, or to one type at it. */
  clearState(name: string, type?: string): void {
    if (type === undefined) this.#states.delete(labName(name))
    else this.#states.get(labName(name))?.types.delete(type)
    this.#revision += 1
  }

  /** How often a question was asked, over all transports. */
  queries(name: string, type: string): number {
    return this.#counters.get(`${labName(name)} ${type}`)?.count ?? 0
  }

  /** Forgets all counts. */
  resetQueries(): void {
    for (const counter of this.#counters.values()) counter.count = 0
  }

  /** The counter behind `queries`, for a server to raise. */
  counter(name: string, type: string): { count: number } {
    const key = `${name} ${type}`
    let counter = this.#counters.get(key)
    if (counter === undefined) {
      counter = { count: 0 }
      this.#counters.set(key, counter)
    }
    return counter
  }

  /** Every name with records. */
  names(): string[] {
    return [...this.#rrsets.keys()]
  }

  /** Every record, with what the resolver says of its set. */
  *entries(): Generator<{
    readonly record: ResourceRecord
    readonly dnssec: DnssecState
    readonly fault?: DnsFault
  }> {
    for (const [name, types] of this.#rrsets) {
      for (const [type, records] of types) {
        for (const record of records) yield { record, ...this.#stateAt(name, type) }
      }
    }
  }

  /**
   * Answers as a validating resolver does.
   *
   * Shape: aliases are followed inside the lab; the answer is secure when every link is; a loop ends with the
   * aliases seen once.
   */
  readonly answer: DnsAnswerFunction = (question: DnsQuestionSeen): DnsReply => {
    const records: ResourceRecord[] = []
    const seen = new Set<string>()
    let dnssec: DnssecState = 'secure'
    let truncated = false
    let name = question.name
    for (;;) {
      const types = this.#rrsets.get(name) ?? this.#wildcardFor(name)
      const alias = question.type === 'CNAME' ? undefined : types?.get('CNAME')?.[0]
      const state = this.#stateAt(name, alias === undefined ? question.type : 'CNAME')
      if (state.fault === 'timeout') return { kind: 'silence' }
      if (state.fault === 'garbage') return { kind: 'garbage' }
      if (state.fault === 'servfail') return { kind: 'error', rcode: 'SERVFAIL' }
      if (state.fault === 'refused') return { kind: 'error', rcode: 'REFUSED' }
      if (state.fault === 'truncated') truncated = true
      if (state.dnssec === 'bogus' || dnssec === 'bogus') dnssec = 'bogus'
      else if (state.dnssec === 'insecure') dnssec = 'insecure'

      if (alias !== undefined && typeof alias.data === 'string') {
        seen.add(name)
        records.push({ ...alias, name })
        name = labName(alias.data)
        if (seen.has(name) || seen.size >= MAX_ALIASES) break
        continue
      }
      const found = types?.get(question.type)
      if (found !== undefined) {
        const owner = name
        // Of a wildcard the records stand at the name that was asked for.
        records.push(...(found[0]?.name === owner ? found : found.map(one => ({ ...one, name: owner }))))
        break
      }
      const exists = types !== undefined || this.#descendants.has(name)
      return this.#finish(question, dnssec, {
        kind: 'answer',
        rcode: exists ? 'NOERROR' : 'NXDOMAIN',
        records,
        authority: [this.#startOfAuthority(name)],
        dnssec: dnssec === 'secure' ? 'secure' : 'insecure',
        truncated,
      })
    }
    const secure = dnssec === 'secure' ? 'secure' : 'insecure'
    return this.#finish(question, dnssec, {
      kind: 'answer',
      rcode: 'NOERROR',
      records,
      dnssec: secure,
      truncated,
    })
  }

  /** The records of the wildcard that covers a name which does not exist (RFC 4592 §3.3.1). */
  #wildcardFor(name: string): Map<string, ResourceRecord[]> | undefined {
    if (this.#descendants.has(name)) return undefined
    for (let at = parentOf(name); at !== undefined; at = parentOf(at)) {
      if (this.#rrsets.has(at) || this.#descendants.has(at)) return this.#rrsets.get(`*.${at}`)
    }
    return undefined
  }

  #finish(question: DnsQuestionSeen, dnssec: DnssecState, reply: DnsReply): DnsReply {
    if (dnssec !== 'bogus' || question.checkingDisabled) return reply
    return { kind: 'error', rcode: 'SERVFAIL', extendedError: DNSSEC_BOGUS }
  }

  #set(name: string, type: LabRecordType, rrset: RrsetLiteral, nameTtlSeconds: number | undefined): void {
    const { records, state } = readRrset(name, type, nameTtlSeconds ?? this.#ttlSeconds, rrset)
    // A record that cannot be encoded must fail here, where the mistake is, not in the server.
    for (const record of records) toPacketAnswer(record)

    let types = this.#rrsets.get(name)
    if (types === undefined) {
      types = new Map()
      this.#rrsets.set(name, types)
      this.#countAncestors(name, 1)
    }
    types.set(type, records)
    if (state !== undefined) this.setState(name, state, type)
  }

  #countAncestors(name: string, difference: number): void {
    for (let parent = parentOf(name); parent !== undefined; parent = parentOf(parent)) {
      const count = (this.#descendants.get(parent) ?? 0) + difference
      if (count > 0) this.#descendants.set(parent, count)
      else this.#descendants.delete(parent)
    }
  }

  #statesOf(name: string): NameStates {
    let states = this.#states.get(name)
    if (states === undefined) {
      states = { types: new Map() }
      this.#states.set(name, states)
    }
    return states
  }

  #stateAt(name: string, type: string): { readonly dnssec: DnssecState; readonly fault?: DnsFault } {
    const states = this.#states.get(name)
    const own = states?.types.get(type)
    let dnssec = own?.dnssec
    for (let at: string | undefined = name; dnssec === undefined && at !== undefined; at = parentOf(at)) {
      dnssec = this.#states.get(at)?.dnssec
    }
    const fault = own === undefined ? states?.fault : own.fault
    return fault === undefined ? { dnssec: dnssec ?? 'insecure' } : { dnssec: dnssec ?? 'insecure', fault }
  }

  #startOfAuthority(name: string): ResourceRecord {
    for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
      const soa = this.#rrsets.get(at)?.get('SOA')?.[0]
      if (soa !== undefined) return soa
    }
    return syntheticStartOfAuthority(name, this.#negativeTtlSeconds)
  }
}

/** Makes a zone from a literal; see `ZoneNameLiteral`. */
export function zone(literal: ZoneLiteral = {}, options: ZoneOptions = {}): Zone {
  return new Zone(literal, options)
}

/** The SOA of a denial where the zone has none: it stands at the last two labels. */
export function syntheticStartOfAuthority(name: string, minimumSeconds: number): ResourceRecord {
  const apex = name === '.' ? '.' : name.split('.').slice(-2).join('.')
  const below = apex === '.' ? '' : `.${apex}`
  const data = `ns${below} hostmaster${below} 1 3600 600 86400 ${minimumSeconds}`
  return { name: apex, type: 'SOA', ttlSeconds: minimumSeconds, data }
}

function parentOf(name: string): string | undefined {
  if (name === '.') return undefined
  const dot = name.indexOf('.')
  return dot === -1 ? '.' : name.slice(dot + 1)
}
