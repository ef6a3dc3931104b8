import type { IssueSpec } from '@sternpost/protocol'

/** Every code the API itself answers with, and the HTTP status of each. */
export const apiIssues = {
  'api/bad-request': { status: 400, clause: 'RFC 9110 §15.5.1', temporary: false, resultType: null },
  'api/not-signed-in': { status: 401, clause: 'RFC 9110 §15.5.2', temporary: false, resultType: null },
  'api/wrong-credentials': { status: 401, clause: 'RFC 9110 §15.5.2', temporary: false, resultType: null },
  'api/forbidden': { status: 403, clause: 'RFC 9110 §15.5.4', temporary: false, resultType: null },
  'api/csrf': { status: 403, clause: 'RFC 9110 §15.5.4', temporary: false, resultType: null },
  'api/not-found': { status: 404, clause: 'RFC 9110 §15.5.5', temporary: false, resultType: null },
  'api/conflict': { status: 409, clause: 'RFC 9110 §15.5.10', temporary: false, resultType: null },
  'api/changed-meanwhile': { status: 412, clause: 'RFC 9110 §15.5.13', temporary: false, resultType: null },
  'api/too-large': { status: 413, clause: 'RFC 9110 §15.5.14', temporary: false, resultType: null },
  'api/media-type': { status: 415, clause: 'RFC 9110 §15.5.16', temporary: false, resultType: null },
  'api/unprocessable': { status: 422, clause: 'RFC 9110 §15.5.21', temporary: false, resultType: null },
  'api/too-many-requests': { status: 429, clause: 'RFC 6585 §4', temporary: true, resultType: null },
  'api/internal': { status: 500, clause: 'RFC 9110 §15.6.1', temporary: true, resultType: null },
  'api/unavailable': { status: 503, clause: 'RFC 9110 §15.6.4', temporary: true, resultType: null },
} as const satisfies Record<`api/${string}`, IssueSpec & { readonly status: number }>

export type ApiIssueCode = keyof typeof apiIssues
