/** Values Sternpost wrote into DNS, or was about to write: what it may take away again. */
export interface DnsOwnValueTable {
  /** Lower case without a trailing dot. */
  name: string
  type: string
  /** As in a `RecordSet`. */
  value: string
  /** The writer's name in the configuration. */
  writer: string
  /** Before the value was written; a value that never got there does no harm here. */
  noted_at: number
}
