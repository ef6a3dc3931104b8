import { type AddressGuard, createAddressGuard } from '../address/public-address.ts'
import type { DnsAnswer, DnsLookup, DnsRecordType } from './answer.ts'
import { type AskServerLimits, askServer } from './ask-server.ts'
import type {
  AuthoritativeAnswers,
  AuthoritativeLookup,
  AuthoritativeLookupOptions,
  AuthoritativeServerAnswer,
} from './authoritative-answer.ts'
import { createRandomUint16 } from './random-uint16.ts'

export interface AuthoritativeLookupSettings {
  /** Finds the zone's servers and their addresses. */
  readonly dns: DnsLookup
  /** Networks to which name servers may belong although they are not public. Default none. */
  readonly allowAddresses?: readonly string[]
  /** Default 53; any other is for laboratories. */
  readonly port?: number
  /** Addresses asked at most, over all servers. Default 16. */
  readonly maxServers?: number
  /** How long each of two attempts at a server waits. Default 2000. */
  readonly timeoutMs?: number
  /** How long one lookup takes at most. Default 8000. */
  readonly deadlineMs?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Unpredictable numbers from 0 to 65535. */
  readonly randomUint16?: () => number
}

/** No zone that mail depends on has more; a hostile one may name thousands. */
const MAX_SERVER_NAMES = 16
const MAX_LABELS = 128

/**
 * Makes a lookup that asks every authoritative server itself, without recursion, by UDP and where cut short by TCP.
 *
 * Shape: the zone is the closest name above that has NS records of its own; they and the addresses of the servers
 * come from the resolver, also where it finds the zone's signatures broken. Only addresses that are public, or
 * allowed, are asked.
 * Errors: throws TypeError when an option is unusable; lookups never reject.
 * Source: RFC 1034 §4.2, RFC 2181 §6.
 */
export function createAuthoritativeLookup(settings: AuthoritativeLookupSettings): AuthoritativeLookup {
  const guard = createAddressGuard({ allow: settings.allowAddresses ?? [] })
  const now = settings.now ?? Date.now
  const maxServers = settings.maxServers ?? 16
  const randomUint16 = settings.randomUint16 ?? createRandomUint16()

  return {
    async lookup<T extends DnsRecordType>(
      name: string,
      type: T,
      options: AuthoritativeLookupOptions = {},
    ): Promise<AuthoritativeAnswers<T>> {
      const deadlineAt = performance.now() + (settings.deadlineMs ?? 8000)
      const nameServers = await findZone(settings.dns, name)
      const question = { name: nameServers.asked, type }
      const { answer } = nameServers
      if (answer.kind !== 'records')
        return { question, zone: null, nameServers: answer, withoutAddress: [], servers: [], notAsked: 0 }

      const zone = answer.question.name
      const names = [...new Set(answer.records)].sort().slice(0, MAX_SERVER_NAMES)
      const found = await Promise.all(names.map(server => addressesOf(settings.dns, server)))
      const all = found.flatMap(({ nameServer, addresses }) =>
        addresses.map(address => ({ nameServer, address })),
      )
      const limits: AskServerLimits = {
        port: settings.port ?? 53,
        timeoutMs: settings.timeoutMs ?? 2000,
        deadlineAt,
        randomUint16,
        now,
        signal: options.signal,
      }
      const serialOf = options.serial === true && type !== 'SOA' ? zone : undefined
      const servers = await Promise.all(
        all
          .slice(0, maxServers)
          .map(
            server =>
              refusal<T>(guard, server, now) ??
              askServer({ ...server, name: question.name, type, serialOf }, limits),
          ),
      )
      return {
        question,
        zone,
        nameServers: answer,
        withoutAddress: found.flatMap(({ nameServer, message }) =>
          message === undefined ? [] : [{ nameServer, message }],
        ),
        servers,
        notAsked: Math.max(0, all.length - maxServers),
      }
    },
  }
}

function refusal<T extends DnsRecordType>(
  guard: AddressGuard,
  { nameServer, address }: { readonly nameServer: string; readonly address: string },
  now: () => number,
): AuthoritativeServerAnswer<T> | undefined {
  const verdict = guard(address)
  if (verdict.allowed) return undefined
  const outcome = {
    kind: 'failure',
    code: 'dns/address-refused',
    message: `not asked: ${verdict.reason}`,
  } as const
  return { nameServer, address, outcome, serial: null, durationMs: 0, receivedAt: now() }
}

/** The NS records of the zone a name belongs to; `asked` is the name as the resolver spells it. */
async function findZone(
  dns: DnsLookup,
  name: string,
): Promise<{ readonly asked: string; readonly answer: DnsAnswer<'NS'> }> {
  let candidate = name
  let first: DnsAnswer<'NS'> | undefined
  for (let i = 0; i < MAX_LABELS; i += 1) {
    const answer = await lookupUnchecked(dns, candidate, 'NS')
    first ??= answer
    const asked = first.question.name
    // What is broken behind an alias need not be broken above it; silence is not worth asking on.
    if (answer.kind === 'failure' && answer.code !== 'dns/alias-loop' && answer.code !== 'dns/servfail')
      return { asked, answer }
    // Through an alias the records are another zone's.
    if (answer.kind === 'records' && answer.aliases.length === 0) return { asked, answer }
    const dot = candidate.indexOf('.')
    const parent = dot === -1 ? '.' : candidate.slice(dot + 1)
    if (candidate === '.' || parent === '')
      return { asked, answer: first.kind === 'failure' ? first : answer }
    candidate = parent
  }
  return { asked: name, answer: first as DnsAnswer<'NS'> }
}

async function addressesOf(dns: DnsLookup, nameServer: string) {
  const [A, AAAA] = await Promise.all([
    lookupUnchecked(dns, nameServer, 'A'),
    lookupUnchecked(dns, nameServer, 'AAAA'),
  ])
  const addresses = [A, AAAA].flatMap(answer => (answer.kind === 'records' ? answer.records : []))
  if (addresses.length > 0) return { nameServer, addresses, message: undefined }
  const failure = [A, AAAA].find(answer => answer.kind === 'failure')
  return { nameServer, addresses, message: failure?.message ?? 'it has no address' }
}

/** With broken signatures the servers still are where the resolver finds them. */
async function lookupUnchecked<T extends DnsRecordType>(
  dns: DnsLookup,
  name: string,
  type: T,
): Promise<DnsAnswer<T>> {
  const answer = await dns.lookup(name, type)
  if (answer.kind !== 'failure' || (answer.code !== 'dns/bogus' && answer.code !== 'dns/servfail'))
    return answer
  return await dns.lookup(name, type, { checkingDisabled: true })
}
