import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openResultFile } from './result-file.ts'
import { formatProblemLine } from './result-line.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-batch-'))
  file = join(folder, 'results.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true }))

const line = (domain: string, more = '') =>
  `{"version":1,"domain":"${domain}","input":"x","findings":[],"worst":"ok"${more}}\n`

async function reopen() {
  const done: string[] = []
  const opened = await openResultFile(file, ({ name }) => void done.push(name))
  return { ...opened, done }
}

describe('a file of results', () => {
  test('a new one is empty and its owner’s', async () => {
    const opened = await reopen()
    expect([opened.done.length, opened.tornBytes]).toEqual([0, 0])
    await opened.append(line('example.com'))
    await opened.close()
    expect(readFileSync(file, 'utf8')).toBe(line('example.com'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('what stands in it is done, lines longer than a read too', async () => {
    const long = line('long.example', `,"observation":{"seen":"${'x'.repeat(700_000)}"}`)
    const problem = formatProblemLine({ version: 1, domain: null, input: '!!', line: 3, problem: 'no name' })
    writeFileSync(file, `${line('a.example')}${long}${problem}${line('b.example')}`)
    const opened = await reopen()
    await opened.close()
    expect(opened.done).toEqual(['a.example', 'long.example', '!!', 'b.example'])
  })

  test('at whatever byte a kill tore the last line, the whole lines stay and the rest goes', async () => {
    const whole = line('a.example')
    const torn = line('b.example', ',"more":"ü"')
    for (let bytes = 0; bytes < Buffer.byteLength(torn); bytes += 1) {
      writeFileSync(file, Buffer.concat([Buffer.from(whole), Buffer.from(torn).subarray(0, bytes)]))
      const opened = await reopen()
      expect([opened.done, opened.tornBytes]).toEqual([['a.example'], bytes])
      await opened.append(torn)
      await opened.close()
      expect(readFileSync(file, 'utf8')).toBe(`${whole}${torn}`)
    }
  })

  test.for(['dear diary\nnothing happened', 'example.com', `${line('a.example')}{"name":"x"`])(
    'a file of somebody else is left as it is: %j',
    async text => {
      writeFileSync(file, text)
      await expect(reopen()).rejects.toThrow('is no result')
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )
})
