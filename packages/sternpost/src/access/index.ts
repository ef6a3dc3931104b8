/** Who may do what by the web side: users, sessions, tokens, and the log of what they changed. */

export { AccessControl } from './access-control.ts'
export type { AccessGate, AuditEntry, Identification, RequestSigns } from './access-gate.ts'
export {
  isAtLeast,
  maySeeDomain,
  type Principal,
  type Role,
  roles,
  type TokenScope,
  tokenScopes,
} from './principal.ts'
