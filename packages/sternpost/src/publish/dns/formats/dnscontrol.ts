import { byZone, type PlacedRecord, relativeName } from './placed-record.ts'

/**
 * Writes records as dnsconfig.js of DNSControl has them, added to zones that are declared there already.
 *
 * Its JavaScript is of an age in which nothing may follow the last comma of a call.
 */
export function formatDnscontrol(records: readonly PlacedRecord[]): string {
  return [...byZone(records)]
    .map(([zone, placed]) => {
      const calls = placed.flatMap(record => record.values.map(value => `  ${callOf(record, value)}`))
      return `D_EXTEND(${[JSON.stringify(zone), ...calls].join(',\n')}\n);\n`
    })
    .join('\n')
}

function callOf(record: PlacedRecord, value: string): string {
  const { type, ttlSeconds } = record
  const label = JSON.stringify(relativeName(record))
  return `${type}(${[label, ...argumentsOf(record, value)].join(', ')}, TTL(${ttlSeconds}))`
}

function argumentsOf({ type }: PlacedRecord, value: string): readonly string[] {
  if (type === 'TLSA') {
    const [usage = '', selector = '', matchingType = '', data = ''] = value.split(' ')
    return [usage, selector, matchingType, JSON.stringify(data)]
  }
  return [JSON.stringify(type === 'CNAME' ? `${value}.` : value)]
}
