/** Criteria that a domain can have of its own. */
export const criterionFields = [
  { name: 'minDays', label: 'Days in mode testing', most: 365 },
  { name: 'minSessions', label: 'Sessions in trusted reports', most: 1_000_000_000 },
  { name: 'minReporters', label: 'Organizations that reported', most: 1_000 },
] as const
type CriterionName = (typeof criterionFields)[number]['name']

/** As typed; empty: as the configuration says. */
export type CriteriaDraft = Record<CriterionName, number | string> & {
  readonly autoAdvance: 'default' | 'on' | 'off'
}

interface OwnCriteria {
  readonly settings: Partial<Record<CriterionName, number | undefined>>
  readonly autoAdvance: boolean | null
}

export function draftOfCriteria({ settings, autoAdvance }: OwnCriteria): CriteriaDraft {
  return {
    minDays: settings.minDays ?? '',
    minSessions: settings.minSessions ?? '',
    minReporters: settings.minReporters ?? '',
    autoAdvance: autoAdvance === null ? 'default' : autoAdvance ? 'on' : 'off',
  }
}

/** What is wrong with a criterion as typed. */
export function criteriaProblem(name: CriterionName, value: number | string): string | undefined {
  const most = criterionFields.find(field => field.name === name)?.most ?? 0
  if (value === '') return undefined
  const count = Number(value)
  return Number.isInteger(count) && count >= 0 && count <= most
    ? undefined
    : `A whole number from 0 to ${most.toLocaleString('en')}, or nothing.`
}

/** What was typed differs from what is saved; null gives a value back to the configuration. */
export function changeOfCriteria(draft: CriteriaDraft, saved: CriteriaDraft) {
  const numbers = criterionFields.flatMap(({ name }) =>
    String(draft[name]) === String(saved[name])
      ? []
      : [[name, draft[name] === '' ? null : Number(draft[name])] as const],
  )
  const change: Partial<Record<CriterionName, number | null>> = Object.fromEntries(numbers)
  return draft.autoAdvance === saved.autoAdvance
    ? change
    : { ...change, autoAdvance: draft.autoAdvance === 'default' ? null : draft.autoAdvance === 'on' }
}
