import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NETWORK_VERSION } from './version.ts'

test('the version told to others is the version of the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(manifest).toMatchObject({ version: NETWORK_VERSION })
})
