/** Who may do what by the web side: users, sessions, tokens, and the log of what they changed. */
export {
  AccessControl,
  type AccessControlOptions,
  CSRF_HEADER,
  SESSION_COOKIE,
  type Standing,
} from './access-control.ts'
export { AccessError } from './access-error.ts'
export type { AccessGate, AuditEntry, Identification, RequestSigns } from './access-gate.ts'
export { AuditLog, type AuditRecord } from './audit-log.ts'
export { isSameOrigin } from './is-same-origin.ts'
export { type AccessIssueCode, accessIssues } from './issues.ts'
export { OidcError } from './oidc/oidc-error.ts'
export type { OidcAttempt } from './oidc/oidc-provider.ts'
export type { OidcSettings } from './oidc/oidc-settings.ts'
export { OidcSignIn } from './oidc/oidc-sign-in.ts'
export {
  isAtLeast,
  maySeeDomain,
  type Principal,
  personBehind,
  type Role,
  roles,
  type TokenScope,
  tokenScopes,
} from './principal.ts'
export type { Session } from './session-store.ts'
export { type ApiToken, TokenStore } from './token-store.ts'
export type { NewUser, User, UserChange } from './user.ts'
export { UserStore } from './user-store.ts'
