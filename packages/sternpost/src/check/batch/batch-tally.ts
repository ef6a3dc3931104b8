import { type Severity, severities } from '../finding.ts'
import type { ResultHead } from './result-line.ts'

/** Counts what a run over many domains found, in memory that grows with the codes alone. */
export class BatchTally {
  readonly #worst = new Map<Severity, number>(severities.map(severity => [severity, 0]))
  readonly #codes = new Map<string, { readonly severity: Severity; domains: number }>()
  #problems = 0

  add({ worst, findings }: NonNullable<ResultHead['found']>): void {
    this.#worst.set(worst, (this.#worst.get(worst) ?? 0) + 1)
    // A domain counts once for a code, however many of its hosts have the fault.
    const seen = new Set<string>()
    for (const { code, severity } of findings) {
      const key = `${severity} ${code}`
      if (severity === 'ok' || seen.has(key)) continue
      seen.add(key)
      const count = this.#codes.get(key)
      if (count === undefined) this.#codes.set(key, { severity, domains: 1 })
      else count.domains += 1
    }
  }

  addProblem(): void {
    this.#problems += 1
  }

  /** Entries of the list that hold no domain. */
  get problems(): number {
    return this.#problems
  }

  get domains(): number {
    return [...this.#worst.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Domains by their worst finding. */
  domainsByWorst(): readonly { readonly severity: Severity; readonly domains: number }[] {
    return [...this.#worst].map(([severity, domains]) => ({ severity, domains }))
  }

  /** Codes by severity, then by how many domains have them. */
  codes(): readonly { readonly code: string; readonly severity: Severity; readonly domains: number }[] {
    return [...this.#codes]
      .map(([key, { severity, domains }]) => ({ code: key.slice(severity.length + 1), severity, domains }))
      .sort(
        (a, b) =>
          severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
          b.domains - a.domains ||
          (a.code < b.code ? -1 : 1),
      )
  }
}
