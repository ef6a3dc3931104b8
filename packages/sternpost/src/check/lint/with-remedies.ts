import { type FindingCode, findingPages } from '../catalogue/index.ts'
import type { Finding, Replacement, Severity } from '../finding.ts'

export interface Mending {
  /** The text to put in place; it mends all that can be mended, so one finding has it. */
  readonly replacement?: Replacement
  /** What a person must fill in, each a sentence. */
  readonly toFill?: readonly string[]
}

/**
 * Gives every finding that matters its remedy: the sentence of the catalogue, and to the first the corrected text or
 * what a person must fill in for one.
 */
export function withRemedies<Code extends FindingCode>(
  findings: readonly Finding<Code>[],
  { replacement, toFill = [] }: Mending = {},
): Finding<Code>[] {
  const worst = (['error', 'warning', 'advice'] as const satisfies readonly Severity[]).find(severity =>
    findings.some(found => found.severity === severity),
  )
  const bearer = findings.find(({ severity }) => severity === worst)
  return findings.map(found => {
    if (found.severity === 'ok' || found.remedy !== undefined) return found
    const isBearer = found === bearer
    const more = isBearer && toFill.length > 0 ? ` ${toFill.join(' ')}` : ''
    const text = `${findingPages[found.code].remedy}${more}`
    return {
      ...found,
      remedy: { text, replacements: isBearer && replacement !== undefined ? [replacement] : [] },
    }
  })
}
