import type { DnsAnswer, DnsLookup, DnsRecordType } from '../../dns/answer.ts'

/** What a name has: addresses, or a lookup that fails, or one that never ends. */
export interface ZoneEntry {
  readonly A?: readonly string[] | 'failure' | 'never'
  readonly AAAA?: readonly string[] | 'failure' | 'never'
}

export interface ZoneLookup extends DnsLookup {
  /** Every question, as `name type`. */
  readonly questions: string[]
}

/** Answers address lookups from a literal; names that are missing do not exist. */
export function createZoneLookup(zone: Readonly<Record<string, ZoneEntry>>): ZoneLookup {
  const questions: string[] = []
  return {
    questions,
    async lookup<T extends DnsRecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
      questions.push(`${name} ${type}`)
      const question = { name, type }
      const entry = zone[name]
      const found = type === 'A' ? entry?.A : type === 'AAAA' ? entry?.AAAA : undefined
      if (found === 'never') return await new Promise<never>(() => {})
      if (found === 'failure') {
        const message = `192.0.2.53 answered SERVFAIL`
        return {
          kind: 'failure',
          question,
          dnssec: 'indeterminate',
          code: 'dns/servfail',
          message,
          receivedAt: 0,
        }
      }
      const answered = {
        question,
        dnssec: 'insecure',
        canonicalName: name,
        aliases: [],
        ttlSeconds: 60,
        resolver: '192.0.2.53:53',
        receivedAt: 0,
      } as const
      if (found === undefined || found.length === 0)
        return { ...answered, kind: entry === undefined ? 'no-name' : 'no-data' }
      return { ...answered, kind: 'records', records: found } as unknown as DnsAnswer<T>
    },
  }
}
