import { type MxHostPattern, parseMxHostPattern, parseTlsRptRecord } from '@sternpost/protocol'
import type * as z from 'zod'
import type { DomainChange, PublishedDomain } from '../../../publish/index.ts'
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
  const patterns = written.mxHostPatterns?.flatMap((text, index) => readPattern(text, index, faults))
  const uris = written.tlsRptRua?.flatMap((text, index) => readUri(text, index, faults))
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

function readPattern(text: string, index: number, faults: Fault[]): MxHostPattern[] {
  const pattern = parseMxHostPattern(text.replace(/\.$/, ''))
  if (pattern.ok) return [pattern.value]
  faults.push({ path: `body.mxHostPatterns[${index}]`, message: pattern.issues[0].message })
  return []
}

function readUri(text: string, index: number, faults: Fault[]): string[] {
  const uri = text.includes('@') && !text.includes(':') ? `mailto:${text}` : text
  const record = parseTlsRptRecord(`v=TLSRPTv1; rua=${uri};`)
  const [only, ...others] = record.ok ? record.value.rua : []
  if (only !== undefined && others.length === 0) return [only.uri]
  const message = record.ok ? 'this is no single address for reports' : record.issues[0].message
  faults.push({ path: `body.tlsRptRua[${index}]`, message })
  return []
}
