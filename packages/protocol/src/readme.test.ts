import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

it('the example in README.md prints what README.md says', () => {
  const readme = readFileSync(`${folder}/README.md`, 'utf8')
  const block = (language: string) => readme.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
  const options = ['--conditions=source', '--input-type=module-typescript', '--eval', block('ts')]
  const printed = execFileSync(process.execPath, options, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    timeout: 15_000,
  })
  expect(block('text')).not.toBe('')
  expect(printed).toBe(block('text'))
})
