import type { IssueSpec } from '@sternpost/protocol'

/** Why users, sessions and tokens could not be changed or used. */
export const accessIssues = {
  'access/bad-name': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/weak-password': { clause: 'NIST SP 800-63B §3.1.1', temporary: false, resultType: null },
  'access/bad-domain': { clause: 'RFC 5890 §2.3.2.1', temporary: false, resultType: null },
  'access/name-taken': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/no-such-user': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/last-admin': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/wrong-password': { clause: 'RFC 9110 §15.5.2', temporary: false, resultType: null },
  'access/setup-link': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/beyond-own-rights': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/too-many': { clause: 'docs/guides/access.md', temporary: false, resultType: null },
  'access/slow-down': { clause: 'RFC 6585 §4', temporary: true, resultType: null },
  'access/busy': { clause: 'RFC 9110 §15.6.4', temporary: true, resultType: null },
} as const satisfies Record<`access/${string}`, IssueSpec>

export type AccessIssueCode = keyof typeof accessIssues
