import { formatTlsaRecord, parseTlsaRecord } from '@sternpost/protocol'

/** The TLSA records of one MX host. Shape: each as `3 1 1 0a…`. */
export interface TlsaFacts {
  readonly mxHost: string
  readonly records: string[]
}

/** TLSA records as they are typed: one in a line, the MX host before it. */
export function formatTlsaLines(facts: readonly TlsaFacts[]): string {
  return facts.flatMap(({ mxHost, records }) => records.map(record => `${mxHost} ${record}`)).join('\n')
}

/** Reads typed TLSA records: those of one host together, or what is wrong with the first line that is. */
export function readTlsaLines(
  text: string,
): { readonly ok: true; readonly facts: TlsaFacts[] } | { readonly ok: false; readonly problem: string } {
  const byHost = new Map<string, string[]>()
  for (const line of text.split('\n').map(each => each.trim())) {
    if (line === '') continue
    const [, mxHost = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
    const record = parseTlsaRecord(rest)
    if (!record.ok)
      return {
        ok: false,
        problem: `“${line.slice(0, 60)}”: ${record.issues[0].message}. Write mx1.example.com 3 1 1 and the digest.`,
      }
    const host = mxHost.toLowerCase().replace(/\.$/, '')
    const records = byHost.get(host) ?? []
    const written = formatTlsaRecord(record.value)
    byHost.set(host, records.includes(written) ? records : [...records, written])
  }
  return { ok: true, facts: [...byHost].map(([mxHost, records]) => ({ mxHost, records })) }
}
