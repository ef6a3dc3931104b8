import { expect, test } from 'vitest'
import { changeOfCriteria, criteriaProblem, draftOfCriteria } from './criteria-draft.ts'

const saved = draftOfCriteria({ settings: { minDays: 7 }, autoAdvance: null })

test('only what was changed is sent, and what was emptied goes back to the configuration', () => {
  expect(changeOfCriteria(saved, saved)).toEqual({})
  expect(changeOfCriteria({ ...saved, minDays: '7' }, saved)).toEqual({})
  expect(changeOfCriteria({ ...saved, minDays: '', minReporters: 2 }, saved)).toEqual({
    minDays: null,
    minReporters: 2,
  })
  expect(changeOfCriteria({ ...saved, autoAdvance: 'on' }, saved)).toEqual({ autoAdvance: true })
  const on = draftOfCriteria({ settings: {}, autoAdvance: true })
  expect(changeOfCriteria({ ...on, autoAdvance: 'default' }, on)).toEqual({ autoAdvance: null })
})

test('a criterion is a whole number, within what makes sense, or nothing', () => {
  expect(criteriaProblem('minDays', '')).toBeUndefined()
  expect(criteriaProblem('minDays', 365)).toBeUndefined()
  expect(criteriaProblem('minDays', 366)).toMatch(/0 to 365/)
  expect(criteriaProblem('minSessions', '1.5')).toBeDefined()
})
