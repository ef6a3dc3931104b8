/** A moment in JSON: ISO 8601 in UTC, null where there is none. */
export function timeOf(at: number): string
export function timeOf(at: number | undefined): string | null
export function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}
