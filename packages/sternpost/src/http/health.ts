/** How one part of the program does; `message` is one sentence for whoever is woken by it. */
export interface HealthPart {
  /** A stable word, such as `dns` or `store`. */
  readonly name: string
  /** `degraded` still does its work in a lesser way; `down` does not. */
  readonly state: 'ok' | 'degraded' | 'down'
  readonly message: string
}

/** Asked at every request for /health; answers from memory, without waiting for anything. */
export type HealthSource = () => readonly HealthPart[]

export interface HealthReport {
  readonly state: HealthPart['state']
  readonly parts: readonly HealthPart[]
}

/** The whole is as well as its worst part. */
export function summarizeHealth(parts: readonly HealthPart[]): HealthReport {
  const worst = (['down', 'degraded'] as const).find(state => parts.some(part => part.state === state))
  return { state: worst ?? 'ok', parts }
}
