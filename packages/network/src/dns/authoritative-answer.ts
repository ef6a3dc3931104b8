import type { DnsAnswer, DnsQuestion, DnsRecordData, DnsRecordType } from './answer.ts'

/**
 * What one authoritative server said to one question.
 *
 * Shape: plain data. `alias`: the name is an alias here and the server holds no more of the chain. `lame`: it
 * answers, but does not speak for the zone (AA not set), or refers elsewhere.
 */
export type AuthoritativeOutcome<T extends DnsRecordType = DnsRecordType> =
  | {
      readonly kind: 'records'
      readonly records: readonly DnsRecordData[T][]
      readonly ttlSeconds: number
      /** Names passed within the server's own answer, the question's first; empty without CNAME. */
      readonly aliases: readonly string[]
    }
  | { readonly kind: 'alias'; readonly target: string; readonly ttlSeconds: number }
  | { readonly kind: 'no-data' | 'no-name' }
  | { readonly kind: 'lame'; readonly message: string }
  | {
      readonly kind: 'failure'
      /** `dns/timeout`, `dns/unreachable`, `dns/servfail`, `dns/refused`, `dns/malformed`, `dns/alias-loop`, `dns/address-refused`. */
      readonly code: AuthoritativeFailureCode
      readonly message: string
    }

export type AuthoritativeFailureCode =
  | 'dns/timeout'
  | 'dns/unreachable'
  | 'dns/servfail'
  | 'dns/bogus'
  | 'dns/refused'
  | 'dns/malformed'
  | 'dns/alias-loop'
  | 'dns/address-refused'

export interface AuthoritativeServerAnswer<T extends DnsRecordType = DnsRecordType> {
  /** The server's name, as the NS record has it. */
  readonly nameServer: string
  readonly address: string
  readonly outcome: AuthoritativeOutcome<T>
  /** Serial of the zone at this server; null where it was not told or not asked for. */
  readonly serial: number | null
  readonly durationMs: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** One question, put to every authoritative server of the zone it belongs to. */
export interface AuthoritativeAnswers<T extends DnsRecordType = DnsRecordType> {
  readonly question: DnsQuestion<T>
  /** Apex of the zone; null where it could not be found out. */
  readonly zone: string | null
  /** What the resolver said of the NS records: at the apex, or why there is none. */
  readonly nameServers: DnsAnswer<'NS'>
  /** Names of servers for which no address was found, with the reason. */
  readonly withoutAddress: readonly { readonly nameServer: string; readonly message: string }[]
  /** Name servers by name, their addresses in the resolver's order, at most `maxServers`. */
  readonly servers: readonly AuthoritativeServerAnswer<T>[]
  /** Addresses left out because of `maxServers`. */
  readonly notAsked: number
}

export interface AuthoritativeLookupOptions {
  /** Also asks each server for the zone's SOA. Default false; a denial tells the serial by itself. */
  readonly serial?: boolean
  readonly signal?: AbortSignal
}

/** Asks the servers of a zone themselves, past every resolver and cache. */
export interface AuthoritativeLookup {
  /** Never rejects: what goes wrong is data of the server it went wrong at. */
  lookup<T extends DnsRecordType>(
    name: string,
    type: T,
    options?: AuthoritativeLookupOptions,
  ): Promise<AuthoritativeAnswers<T>>
}
