import { expect, test } from 'vitest'
import { freshState, readWizardState } from './wizard-state.ts'

test('what was kept comes back', () => {
  const state = { ...freshState, domain: 'example.com', maxAgeSeconds: 86_400 }
  expect(readWizardState(JSON.stringify(state))).toEqual(state)
})

test.each([undefined, '', 'null', '[1]', '{"domain":7,"wildcards":"yes","other":1}', '{'])(
  'what cannot be understood (%s) is as on the first day',
  text => {
    expect(readWizardState(text)).toEqual(freshState)
  },
)
