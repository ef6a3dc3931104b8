import type { IssueSpec } from '@sternpost/protocol'

/**
 * Every code with which a document is refused before anybody reads a report in it.
 *
 * A limit has no clause of its own: RFC 8460 §7 has receivers guard themselves against floods and crafted content.
 */
export const intakeIssues = {
  'report/empty': { clause: 'RFC 8460 §4.4', temporary: false, resultType: null },
  'report/document-too-large': { clause: 'RFC 8460 §7', temporary: false, resultType: null },
  'report/unpacked-too-large': { clause: 'RFC 8460 §7', temporary: false, resultType: null },
  'report/ratio': { clause: 'RFC 8460 §7', temporary: false, resultType: null },
  'report/members': { clause: 'RFC 8460 §7', temporary: false, resultType: null },
  'report/nesting': { clause: 'RFC 8460 §7', temporary: false, resultType: null },
  'report/gzip': { clause: 'RFC 1952 §2.3', temporary: false, resultType: null },
  'report/zip': { clause: 'PKWARE APPNOTE 6.3.10 §4.3', temporary: false, resultType: null },
  'report/mail': { clause: 'RFC 2046 §5.1', temporary: false, resultType: null },
  'report/unreadable': { clause: 'local', temporary: true, resultType: null },
} as const satisfies Readonly<Record<string, IssueSpec>>

export type IntakeIssueCode = keyof typeof intakeIssues
