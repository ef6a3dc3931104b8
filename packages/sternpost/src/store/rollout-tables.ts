import type { Generated } from 'kysely'

/** 0 or 1. */
type Flag = number
/** Day as `YYYY-MM-DD` (UTC). */
type Day = string

/** Where the roll-out of each domain stands. Times are milliseconds since 1970, here and below. */
export interface RolloutTable {
  domain: string
  /** A word of `rolloutStages`. */
  stage: string
  stage_since: number
  held_from: string | null
  testing_since: number | null
  enforced_since: number | null
  is_exiting: Flag
  /** Null follows the configuration. */
  auto_advance: Flag | null
  /** JSON; what differs from the configuration for this domain alone. */
  settings: string
  /** Why somebody must look, for people; null where nobody must. */
  alarm: string | null
  alarm_since: number | null
  next_look_at: number
  revision: number
}

/** Every step from one stage to another, kept for ever. */
export interface RolloutTransitionTable {
  transition_id: Generated<number>
  domain: string
  at: number
  /** A word of `rolloutEvents`. */
  kind: string
  from_stage: string
  to_stage: string
  by: string
  reason: string
  /** JSON of a `RolloutOverride`. */
  override: string | null
}

/** Policies on their way to the world. */
export interface PublicationTable {
  publication_id: Generated<number>
  domain: string
  purpose: string
  mode: string
  policy_id: string
  policy_text: string
  state: string
  requested_at: number
  requested_by: string
  reason: string
  override: string | null
  next_try_at: number
  /** Who executes it now, and until when he may be taken for alive. */
  claimed_by: string | null
  claimed_until: number | null
  ended_at: number | null
}

/** The journal of each publication. */
export interface PublicationStepTable {
  publication_id: number
  step_index: number
  kind: string
  state: string
  attempts: number
  began_at: number | null
  done_at: number | null
  note: string | null
}

/** What the gate said, the last time of each day. */
export interface RolloutGateTable {
  domain: string
  day: Day
  at: number
  is_open: Flag
  /** JSON of the criteria. */
  criteria: string
}

/** How our own fetches of a domain's policy went, by day. */
export interface PolicyHostDayTable {
  domain: string
  day: Day
  fetches: number
  failures: number
  last_failure: string | null
}

/** Which MX hosts a domain had, and when each was seen last. */
export interface MxSightingTable {
  domain: string
  mx_host: string
  first_seen_at: number
  last_seen_at: number
  /** When it was missing first since then; null while it is there. */
  gone_at: number | null
  /** The longest TTL it was seen with. */
  ttl_seconds: number
}

/** The last fresh check of a domain, as far as the gate needs it. */
export interface RolloutCheckTable {
  domain: string
  at: number
  /** JSON of a `CheckEvidence`. */
  result: string
}

/** Who executes publications, so that a command can say whether anybody does. */
export interface RolloutExecutorTable {
  executor: string
  /** `daemon` or `command`. */
  kind: string
  seen_at: number
}
