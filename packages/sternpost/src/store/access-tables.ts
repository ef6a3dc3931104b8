import type { Generated } from 'kysely'

/** People who may sign in to the web side. */
export interface UserTable {
  user_id: Generated<number>
  /** Folded: trimmed, NFKC, lower case. */
  name: string
  /** In the PHC string format; null where the user signs in by OpenID Connect alone. */
  password_hash: string | null
  /** Issuer and `sub` of the user's OpenID Connect provider. */
  oidc_subject: string | null
  role: string
  /** `all`, or a JSON list of A-labels. */
  domains: string
  created_at: number
  changed_at: number
}

export interface SessionTable {
  /** SHA-256 of the cookie's value, in base64url: who reads the database cannot sign in with it. */
  session_hash: string
  user_id: number
  csrf_token: string
  created_at: number
  /** To the minute. */
  last_seen_at: number
  ip: string
  user_agent: string
}

export interface ApiTokenTable {
  token_id: Generated<number>
  user_id: number
  name: string
  /** SHA-256 of the token, in base64url. */
  token_hash: string
  /** JSON list. */
  scopes: string
  /** `all` (of the user's), or a JSON list of A-labels. */
  domains: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
}

/** Who changed what. */
export interface AuditLogTable {
  entry_id: Generated<number>
  at: number
  who: string
  ip: string
  action: string
  subject: string
  /** JSON. */
  detail: string
}

/** Single facts, such as when this installation started for the first time. */
export interface InstallationTable {
  name: string
  value: string
}
