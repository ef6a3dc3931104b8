import { formatMxHostPattern, type MtaStsPolicy, parseMtaStsPolicy } from '@sternpost/protocol'

/** An MTA-STS policy as reporters quote it, however they order or space its lines. */
export interface PolicyVersion {
  /** Equal for policies that mean the same. */
  readonly fingerprint: string
  /** The lines as they were quoted first. */
  readonly lines: readonly string[]
  /** Undefined where the lines are no valid policy. */
  readonly policy: MtaStsPolicy | undefined
  /** Why it cannot be read; empty where it can. */
  readonly problems: readonly string[]
}

/**
 * Reads the `policy-string` of a report.
 *
 * Lenient: lines in any order, with spaces around, empty ones between (Stalwart, Google).
 */
export function readPolicyVersion(policyStrings: readonly string[]): PolicyVersion {
  const lines = policyStrings.flatMap(text => text.split(/\r?\n/)).map(line => line.trim())
  const kept = lines.filter(line => line !== '')
  const parsed = parseMtaStsPolicy(`${kept.join('\n')}\n`)
  if (!parsed.ok) {
    return {
      fingerprint: `text ${[...kept].sort().join('\n')}`,
      lines: kept,
      policy: undefined,
      problems: parsed.issues.map(({ message }) => message),
    }
  }
  const { mode, maxAgeSeconds, mxHostPatterns } = parsed.value
  const mx = mxHostPatterns.map(formatMxHostPattern).sort()
  return {
    fingerprint: `policy ${mode} ${maxAgeSeconds} ${mx.join(' ')}`,
    lines: kept,
    policy: parsed.value,
    problems: [],
  }
}
