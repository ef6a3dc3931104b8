import type { DnsAnswerFunction, DnsReply } from './dns-reply.ts'
import { createDnsServer, type DnsServer } from './dns-server.ts'
import type { Endpoint } from './listener.ts'
import type { ResourceRecord } from './resource-record.ts'
import { Zone } from './zone.ts'
import type { ZoneLiteral } from './zone-literal.ts'

/** How one authoritative server of a domain differs from the others. */
export interface LabNameServerSpec {
  /** Names and types that it answers in another way than the zone has it. */
  readonly answers?: ZoneLiteral
  /** Names it knows nothing of, with all below. */
  readonly without?: readonly string[]
  /** Serial in its SOA. Default 1. */
  readonly serial?: number
  /**
   * `dead`: nobody listens; `no-address`: its name has none; `lame`: it answers without authority; `refuses`,
   * `servfail`, `silent`, `garbage` as the words say.
   */
  readonly fault?: 'dead' | 'no-address' | 'lame' | 'refuses' | 'servfail' | 'silent' | 'garbage'
}

/** Starts a server of one zone, which answers from the lab's names unless its spec says otherwise. */
export async function startNameServer(
  apex: string,
  spec: LabNameServerSpec,
  names: Zone,
  endpoint: Endpoint,
): Promise<DnsServer> {
  const own = new Zone(spec.answers ?? {})
  const soa = startOfAuthority(apex, spec.serial ?? 1)
  const source: DnsAnswerFunction = question => {
    if (spec.fault === 'silent') return { kind: 'silence' }
    if (spec.fault === 'garbage') return { kind: 'garbage' }
    if (spec.fault === 'servfail') return { kind: 'error', rcode: 'SERVFAIL' }
    const { name, type } = question
    if (spec.fault === 'refuses' || !isWithin(name, apex)) return { kind: 'error', rcode: 'REFUSED' }
    const authoritative = spec.fault !== 'lame'
    const answer = (rcode: 'NOERROR' | 'NXDOMAIN', records: readonly ResourceRecord[]): DnsReply => ({
      kind: 'answer',
      rcode,
      records,
      ...(records.length === 0 ? { authority: [soa] } : {}),
      dnssec: 'insecure',
      authoritative,
    })
    if (spec.without?.some(gone => isWithin(name, gone)) === true) return answer('NXDOMAIN', [])
    if (type === 'SOA' && name === apex) return answer('NOERROR', [soa])
    const special = own.answer({ ...question, checkingDisabled: true })
    if (special.kind === 'answer' && special.records.length > 0) return answer('NOERROR', special.records)
    // A server of the zone holds what was never validated.
    const usual = names.answer({ ...question, checkingDisabled: true })
    if (usual.kind !== 'answer') return usual
    const inZone = usual.records.filter(record => isWithin(record.name, apex))
    return answer(inZone.length > 0 ? 'NOERROR' : usual.rcode, inZone)
  }
  return await createDnsServer({ ...endpoint, source, role: 'authoritative' })
}

function startOfAuthority(apex: string, serial: number): ResourceRecord {
  const data = `ns.${apex} hostmaster.${apex} ${serial} 3600 600 86400 60`
  return { name: apex, type: 'SOA', ttlSeconds: 300, data }
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`)
}
