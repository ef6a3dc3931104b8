import { expect, test } from 'vitest'
import { generatedFiles, orphanedFiles, staleFiles } from './generate-docs.ts'

test('generated pages and examples hold what the code says; run tools/generate-docs.ts otherwise', () => {
  expect(generatedFiles().size).toBeGreaterThan(2)
  expect(staleFiles()).toEqual([])
  expect(orphanedFiles()).toEqual([])
})
