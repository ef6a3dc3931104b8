import type { DnsChange, DnsChangeOutcome } from './dns-writer.ts'
import { DnsWriteError } from './issues.ts'

/**
 * Applies changes name by name: what fails at one name is told of its changes and stops no other.
 *
 * Errors: what `applyAt` throws beyond `DnsWriteError`.
 */
export async function applyByName(
  changes: readonly DnsChange[],
  applyAt: (name: string, together: readonly DnsChange[]) => Promise<void>,
): Promise<readonly DnsChangeOutcome[]> {
  const outcomes: DnsChangeOutcome[] = []
  for (const [name, together] of Map.groupBy(changes, change => change.name)) {
    try {
      await applyAt(name, together)
      outcomes.push(...together.map(change => ({ change, ok: true }) as const))
    } catch (error) {
      if (!(error instanceof DnsWriteError)) throw error
      outcomes.push(...together.map(change => ({ change, ok: false, error }) as const))
    }
  }
  return outcomes
}
