import type { SeverityWord } from '../../parts/index.ts'

/** From what is told first to what is told last. */
export const severityOrder: readonly SeverityWord[] = ['error', 'warning', 'unknown', 'advice', 'ok']

/** Sorts by urgency, keeping the order of what is as urgent. */
export function byUrgency<T extends { readonly severity: SeverityWord }>(
  findings: readonly T[],
): readonly T[] {
  return [...findings].sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity))
}
