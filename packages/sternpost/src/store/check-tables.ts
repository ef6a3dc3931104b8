/** A check that somebody asked the daemon for, and what came of it. Times are milliseconds since 1970. */
export interface CheckTable {
  /** Random, so that it tells nothing and cannot be guessed. */
  check_id: string
  domain: string
  /** What was typed. */
  input: string
  state: 'waiting' | 'running' | 'finished' | 'interrupted'
  requested_at: number
  requested_by: string
  finished_at: number | null
  worst: string | null
  /** JSON of the counts by severity. */
  summary: string | null
  /** The whole result as JSON, packed. */
  result: Uint8Array | null
  result_encoding: 'deflate-raw' | null
}
