import type { RecordSetType } from '../record-set.ts'
import type { PlacedRecord } from './placed-record.ts'
import { quotedStrings } from './quoted-text.ts'

/** One record as Cloudflare's API takes it. */
export interface CloudflareRecord {
  readonly type: RecordSetType
  readonly name: string
  readonly ttl: number
  /** False: the name servers tell these values and none of the proxy's. */
  readonly proxied?: false
  readonly comment: string
  readonly content?: string
  readonly data?: {
    readonly usage: number
    readonly selector: number
    readonly matching_type: number
    readonly certificate: string
  }
}

/** Shown beside the record in the dashboard. */
const COMMENT = 'Written by Sternpost'

/** Writes the body of a batch request to the API of Cloudflare for the records of one zone. */
export function formatCloudflareBatch(records: readonly PlacedRecord[]): string {
  const posts = records.flatMap(({ name, type, values, ttlSeconds }) =>
    values.map(value => cloudflareRecord(name, type, value, ttlSeconds)),
  )
  return `${JSON.stringify({ posts }, null, 2)}\n`
}

/** Turns one value into a record of Cloudflare's API. */
export function cloudflareRecord(
  name: string,
  type: RecordSetType,
  value: string,
  ttlSeconds: number,
): CloudflareRecord {
  const common = { type, name, ttl: ttlSeconds, comment: COMMENT } as const
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
      return { ...common, proxied: false, content: value }
    case 'TXT':
      return { ...common, content: quotedStrings(value) }
    case 'TLSA': {
      const [usage, selector, matchingType, certificate = ''] = value.split(' ')
      return {
        ...common,
        data: {
          usage: Number(usage),
          selector: Number(selector),
          matching_type: Number(matchingType),
          certificate,
        },
      }
    }
  }
}
