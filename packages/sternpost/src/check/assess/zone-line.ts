import { formatTxtData } from '@sternpost/protocol'
import type { Replacement } from '../finding.ts'

/** A line for a zone file, ready to be pasted. */
export function recordLine(name: string, type: string, data: string, ttlSeconds = 3600): Replacement {
  const shown = type === 'TXT' ? formatTxtData(data) : data
  return { kind: 'dns-record', name, type, text: `${name}. ${ttlSeconds} IN ${type} ${shown}` }
}
