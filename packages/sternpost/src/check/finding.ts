/**
 * How much a finding matters, in the order in which findings are told.
 *
 * - `error`: mail is or will be refused or unprotected, or every sender ignores the set-up.
 * - `warning`: breaks for some senders, or soon.
 * - `unknown`: it could not be measured from here; never a verdict on the domain.
 * - `advice`: works, and could be better.
 * - `ok`: looked at and found good.
 */
export const severities = ['error', 'warning', 'unknown', 'advice', 'ok'] as const
export type Severity = (typeof severities)[number]

/** What a finding is about. Names are lower case without a trailing dot. */
export type FindingSubject =
  | { readonly kind: 'domain'; readonly domain: string }
  /** A DNS record, by owner name and type. */
  | { readonly kind: 'record'; readonly name: string; readonly type: string; readonly column?: number }
  /** A place in the policy file; both counted from 1. */
  | { readonly kind: 'policy'; readonly domain: string; readonly line?: number; readonly column?: number }
  | { readonly kind: 'policy-host'; readonly host: string; readonly address?: string }
  | { readonly kind: 'mx-host'; readonly host: string; readonly address?: string }
  /** Where TLS reports or a BIMI indicator are fetched from or sent to. */
  | { readonly kind: 'uri'; readonly uri: string }
  /** A file named on the command line; both counted from 1. */
  | { readonly kind: 'file'; readonly file: string; readonly line?: number; readonly column?: number }

/** One thing seen, by which somebody else can convince himself. */
export interface Evidence {
  /** As it was seen, foreign text unescaped: whoever prints it escapes it. At most 1,000 characters. */
  readonly seen: string
  /** Who said so: a resolver, a name server, an address and port. */
  readonly source?: string
  /** Milliseconds since 1970. */
  readonly at?: number
}

/** What to change. */
export interface Remedy {
  /** One sentence in the imperative. */
  readonly text: string
  /** The text to put in place, ready to be pasted; several where several records change. */
  readonly replacements: readonly Replacement[]
}

export type Replacement =
  /** A line for a zone file: `name TTL IN TYPE data`. */
  | { readonly kind: 'dns-record'; readonly name: string; readonly type: string; readonly text: string }
  /** A whole file, such as the policy. */
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  /** A command or a line of a server's configuration. */
  | { readonly kind: 'command'; readonly text: string }

/**
 * One finding about a domain, a record or a file: what parsers report and what assessments say, in one form.
 *
 * Shape: `code` is a row of the catalogue and of exactly one package's table; `clause` is that row's, or a
 * narrower one.
 */
export interface Finding<Code extends string = string> {
  readonly code: Code
  readonly severity: Severity
  readonly subject: FindingSubject
  /** What senders will experience, in one or two sentences; names what was seen and what is needed. */
  readonly message: string
  readonly clause: string
  readonly evidence: readonly Evidence[]
  readonly remedy?: Remedy
}
