import type { Principal } from './principal.ts'

/** What is looked at to tell who asks. */
export interface RequestSigns {
  readonly method: string
  /** Such as `1.1`. */
  readonly httpVersion: string
  /** Who asks: the other end of the connection, or what a trusted proxy says. */
  readonly ip: string
  /** The other end of the connection itself. */
  readonly peer: string
  /** Whether it came by TLS, here or at a trusted proxy. */
  readonly isSecure: boolean
  /** The name in `Host`, or what a trusted proxy says. */
  readonly host: string
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
  readonly cookie: (name: string) => string | undefined
}

export type Identification =
  /** Nobody we know; `reason` says why a sign that was there did not count. */
  | { readonly kind: 'nobody'; readonly reason?: string }
  /** Known, but the request may have been sent by another site: only reading is allowed. */
  | { readonly kind: 'forged'; readonly reason: string }
  | { readonly kind: 'somebody'; readonly principal: Principal }

/** The door: tells who asks, and keeps the log of changes. */
export interface AccessGate {
  /** `looks-again`: for a stream that is open, which keeps no session awake. */
  identify(signs: RequestSigns, why?: 'looks-again'): Promise<Identification>
  audit(entry: AuditEntry): Promise<void>
}

export interface AuditEntry {
  readonly principal: Pick<Principal, 'name'> | undefined
  readonly ip: string
  /** A verb, such as `domain.add`. */
  readonly action: string
  /** What it was done to, such as a domain. */
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}
