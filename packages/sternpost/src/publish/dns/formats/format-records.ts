import type { RecordSetType } from '../record-set.ts'
import { formatCloudflareBatch } from './cloudflare-json.ts'
import { formatDnscontrol } from './dnscontrol.ts'
import { formatNsupdate } from './nsupdate.ts'
import { formatOctodns } from './octodns.ts'
import type { PlacedRecord } from './placed-record.ts'
import { formatRoute53Batch } from './route53-json.ts'
import { formatTerraform, type TerraformProvider } from './terraform.ts'
import { formatZoneFile } from './zone-file.ts'

/** How records are written down for other programs. */
export type RecordFormat =
  | 'bind'
  | 'cloudflare'
  | 'route53'
  | 'octodns'
  | 'dnscontrol'
  | 'terraform'
  | 'nsupdate'

/** Formats that hold the records of one zone and have no place for its name. */
export const formatsOfOneZone: ReadonlySet<RecordFormat> = new Set(['cloudflare', 'route53', 'octodns'])

export interface FormatOptions {
  readonly provider: TerraformProvider
  readonly ownValues: (name: string, type: RecordSetType) => readonly string[]
}

/** Writes records in a format; sets without values are for writers alone and left out. */
export function formatRecords(
  records: readonly PlacedRecord[],
  format: RecordFormat,
  options: FormatOptions,
): string {
  const standing = records.filter(({ values }) => values.length > 0)
  switch (format) {
    case 'bind':
      return formatZoneFile(standing)
    case 'cloudflare':
      return formatCloudflareBatch(standing)
    case 'route53':
      return formatRoute53Batch(standing)
    case 'octodns':
      return formatOctodns(standing)
    case 'dnscontrol':
      return formatDnscontrol(standing)
    case 'terraform':
      return formatTerraform(standing, options.provider)
    case 'nsupdate':
      return formatNsupdate(records, options.ownValues)
  }
}
