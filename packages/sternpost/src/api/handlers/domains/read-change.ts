import type * as z from 'zod'
import {
  type DomainChange,
  type PublishedDomain,
  readMxPattern,
  readReportUri,
  WishError,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { domainChange } from '../../contract/domain-schemas.ts'

type WrittenChange = Omit<z.output<typeof domainChange>, 'revision'>
type Fault = { readonly path: string; readonly message: string }

/** Reads a change of a domain. Errors: `api/unprocessable` with every fault and its place. */
export function readChange(
  written: WrittenChange,
  writers: readonly string[],
): (current: PublishedDomain) => DomainChange {
  const faults: Fault[] = []
  const patterns = written.mxHostPatterns?.flatMap((text, index) =>
    readAt(`body.mxHostPatterns[${index}]`, text, readMxPattern, faults),
  )
  const uris = written.tlsRptRua?.flatMap((text, index) =>
    readAt(`body.tlsRptRua[${index}]`, text, readReportUri, faults),
  )
  const { dnsWriter: writer } = written
  if (writer !== undefined && writer !== 'none' && !writers.includes(writer))
    faults.push({ path: 'body.dnsWriter', message: 'the configuration has no writer of this name' })
  if (faults.length > 0)
    throw new ApiProblem('api/unprocessable', 'the settings cannot be taken as they are', { issues: faults })
  return ({ wanted, tlsRptRua, dns, delegation, policyIdForm }) => ({
    wanted: {
      ...wanted,
      mxHostPatterns: patterns ?? wanted.mxHostPatterns,
      maxAgeSeconds: written.maxAgeSeconds ?? wanted.maxAgeSeconds,
    },
    tlsRptRua: uris ?? tlsRptRua,
    dns: { writer: writer ?? dns.writer, apply: written.dnsApply ?? dns.apply },
    delegation: written.delegation ?? delegation,
    policyIdForm: written.policyIdForm ?? policyIdForm,
  })
}

/** Reads what a person wrote; a fault is noted with its place, and the others are read all the same. */
function readAt<T>(path: string, text: string, read: (text: string) => T, faults: Fault[]): T[] {
  try {
    return [read(text)]
  } catch (error) {
    if (!(error instanceof WishError)) throw error
    faults.push({ path, message: error.message })
    return []
  }
}
