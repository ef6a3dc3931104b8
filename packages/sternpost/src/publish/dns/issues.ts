import type { IssueSpec } from '@sternpost/protocol'

/** Every code that reading, planning, writing or verifying DNS records can report. */
export const dnsWriteIssues = {
  // Of the plan: nothing was tried.
  'dns-write/no-writer': { clause: 'sternpost.yaml publish.dns.writers', temporary: false, resultType: null },
  'dns-write/foreign-value': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'dns-write/foreign-alias': { clause: 'RFC 1034 §3.6.2', temporary: false, resultType: null },
  'dns-write/settings': { clause: 'sternpost.yaml publish.dns', temporary: false, resultType: null },
  'dns-write/not-durable': { clause: 'sternpost.db', temporary: true, resultType: null },
  'dns-write/credentials': {
    clause: 'sternpost.yaml publish.dns.writers',
    temporary: false,
    resultType: null,
  },

  // Of any way to write.
  'dns-write/changed-meanwhile': { clause: 'RFC 2136 §2.4', temporary: true, resultType: null },
  'dns-write/zone-unknown': { clause: 'RFC 2136 §3.1', temporary: false, resultType: null },
  'dns-write/refused': { clause: 'RFC 2136 §3.3', temporary: false, resultType: null },
  'dns-write/server-failure': { clause: 'RFC 2136 §3.5', temporary: true, resultType: null },
  'dns-write/unreachable': { clause: 'RFC 2136 §6.2', temporary: true, resultType: null },
  'dns-write/timeout': { clause: 'RFC 2136 §6.2', temporary: true, resultType: null },
  'dns-write/malformed-reply': { clause: 'RFC 1035 §4.1', temporary: true, resultType: null },
  'dns-write/unwritable': { clause: 'RFC 1035 §2.3.4', temporary: false, resultType: null },
  'dns-write/rate-limited': { clause: 'RFC 6585 §4', temporary: true, resultType: null },
  'dns-write/aborted': { clause: 'RFC 2136 §6.2', temporary: true, resultType: null },

  // Of TSIG.
  'dns-write/key-unknown': { clause: 'RFC 8945 §5.2.1', temporary: false, resultType: null },
  'dns-write/signature': { clause: 'RFC 8945 §5.2.2', temporary: false, resultType: null },
  'dns-write/clock': { clause: 'RFC 8945 §5.2.3', temporary: false, resultType: null },
  'dns-write/reply-signature': { clause: 'RFC 8945 §5.4', temporary: true, resultType: null },

  // Of the hook command.
  'dns-write/hook': { clause: 'docs/guides/dns-writers.md', temporary: false, resultType: null },
  'dns-write/hook-temporary': { clause: 'docs/guides/dns-writers.md', temporary: true, resultType: null },

  // Of the look at the name servers afterwards.
  'dns-write/not-served': { clause: 'RFC 1034 §4.3.5', temporary: true, resultType: null },
} as const satisfies Record<`dns-write/${string}`, IssueSpec>

export type DnsWriteIssueCode = keyof typeof dnsWriteIssues

/** Why records could not be read or written; `message` names the record, the server and what to do. */
export class DnsWriteError extends Error {
  override readonly name = 'DnsWriteError'
  readonly code: DnsWriteIssueCode
  /** How long whoever refused asks to be left alone. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: DnsWriteIssueCode, message: string, retryAfterSeconds?: number) {
    super(message)
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }

  get temporary(): boolean {
    return dnsWriteIssues[this.code].temporary
  }
}
