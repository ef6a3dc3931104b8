import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSteadyClock } from '../base/index.ts'
import { createLogger } from '../log/index.ts'
import { IntakeBudget } from './intake-budget.ts'
import { type FolderIntakeOptions, type RunningFolderIntake, startFolderIntake } from './intake-folder.ts'
import { eventually, RecordingIntake } from './testing/recording-intake.ts'

const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)
let path: string
let intake: RecordingIntake
let budget: IntakeBudget
const running: RunningFolderIntake[] = []

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'sternpost-folder-'))
  intake = new RecordingIntake()
  budget = new IntakeBudget(1_000_000)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.close()
  rmSync(path, { recursive: true, force: true })
})

async function start(changes: Partial<FolderIntakeOptions> = {}): Promise<RunningFolderIntake> {
  const started = await startFolderIntake({
    intake,
    budget,
    path,
    kind: 'drop',
    maxDocumentBytes: 10_000,
    clock: createSteadyClock(),
    log,
    settleMs: 200,
    lookEveryMs: 500,
    ...changes,
  })
  running.push(started)
  return started
}

const put = (name: string, text: string) => writeFileSync(join(path, name), text)
const list = (folder: string) => {
  try {
    return readdirSync(join(path, folder)).sort()
  } catch {
    return []
  }
}

describe('a drop folder', () => {
  test('has what lay in it taken, and what comes later', async () => {
    put('a.json', '{"a":1}')
    await start()
    await eventually('the first file', () => list('done').includes('a.json'))
    put('b.json', '{"b":1}')
    await eventually('the second file', () => list('done').includes('b.json'))
    expect(intake.texts).toEqual(['{"a":1}', '{"b":1}'])
    expect(intake.documents[0]).toMatchObject({ channel: 'folder', fileName: 'a.json' })
    expect(list('.')).toEqual(['done'])
    expect(budget.usedBytes).toBe(0)
  })

  test('has a file read when it stopped growing, not before', async () => {
    await start()
    put('slow.json', 'begin')
    for (let n = 0; n < 8; n += 1) {
      await new Promise(resolve => setTimeout(resolve, 80))
      appendFileSync(join(path, 'slow.json'), ' more')
    }
    await eventually('the file', () => list('done').length === 1)
    expect(intake.texts).toEqual([`begin${' more'.repeat(8)}`])
  })

  test('has files under a name for writing left alone until they are renamed', async () => {
    put('.hidden', 'x')
    put('big.json.part', 'x')
    mkdirSync(join(path, 'folder'))
    symlinkSync('/etc/hostname', join(path, 'link'))
    await start()
    renameSync(join(path, 'big.json.part'), join(path, 'big.json'))
    await eventually('the renamed file', () => list('done').length === 1)
    expect(intake.documents.map(({ fileName }) => fileName)).toEqual(['big.json'])
  })

  test('has what holds no report put aside, and what is too large', async () => {
    intake.answer = { verdict: 'no-report', reason: 'a letter', reports: [] }
    put('letter.txt', 'hello')
    put('huge.json', 'x'.repeat(10_001))
    await start()
    await eventually('both files', () => list('failed').length === 2)
    expect(intake.texts).toEqual(['hello'])
  })

  test('keeps a file until it could be stored', async () => {
    intake.answer = new Error('disk full')
    put('a.json', '{}')
    const folder = await start()
    await eventually('the first attempt', () => intake.documents.length > 0)
    await eventually('the trouble', () => folder.trouble()?.includes('disk full') === true)
    expect(list('.')).toEqual(['a.json'])
    intake.answer = { verdict: 'report', reports: [] }
    await eventually('the file', () => list('done').length === 1)
    await eventually('the end of trouble', () => folder.trouble() === undefined)
  })

  test('does not let others wait for a file that cannot be stored', async () => {
    const take = intake.take.bind(intake)
    intake.take = document =>
      document.fileName === '0.json' ? Promise.reject(new Error('no key')) : take(document)
    for (let n = 0; n < 200; n += 1) put(`${n}.json`, '{}')
    const folder = await start()
    await eventually('the others', () => list('done').length === 199)
    expect(list('.')).toEqual(['0.json', 'done'])
    expect(folder.trouble()).toContain('0.json')
  })

  test('loses nothing when it ends between storing and moving, or before', async () => {
    let store = () => {}
    intake.gate = new Promise(resolve => {
      store = resolve
    })
    put('a.json', '{}')
    const first = await start()
    await eventually('the file', () => intake.documents.length === 1)
    expect(list('.')).toEqual(['a.json'])
    const closing = first.close()
    store()
    await closing
    put('b.json', '{}')
    await start()
    await eventually('both files', () => list('done').length === 2)
  })

  test('replaces no file of an earlier day', async () => {
    mkdirSync(join(path, 'done'))
    writeFileSync(join(path, 'done', 'a.json'), 'old')
    put('a.json', 'new')
    await start()
    await eventually('the file', () => list('done').length === 2)
    expect(readFileSync(join(path, 'done', 'a.json'), 'utf8')).toBe('old')
    expect(readFileSync(join(path, 'done', '2-a.json'), 'utf8')).toBe('new')
  })

  test('that is missing is waited for', async () => {
    rmSync(path, { recursive: true })
    const folder = await start()
    expect(folder.trouble()).toContain('ENOENT')
    mkdirSync(path)
    put('a.json', '{}')
    await eventually('the file', () => list('done').length === 1)
    expect(folder.trouble()).toBeUndefined()
  })

  test('with many files at once is worked off within its memory', async () => {
    for (let n = 0; n < 500; n += 1) put(`${n}.json`, `${n}`.padEnd(9000))
    await start()
    await eventually('all files', () => list('done').length === 500, 20_000)
    expect(new Set(intake.texts).size).toBe(500)
    // A file is moved before what it took is given back.
    await eventually('its memory', () => budget.usedBytes === 0)
  })
})

describe('a Maildir', () => {
  beforeEach(() => {
    for (const folder of ['new', 'cur', 'tmp']) mkdirSync(join(path, folder))
  })

  test('has mails with reports marked as seen and others left', async () => {
    put('tmp/3.host', 'half')
    put('new/1.M1.host', 'report')
    await start({ kind: 'maildir' })
    await eventually('the mail', () => list('cur').length === 1)
    expect(list('cur')).toEqual(['1.M1.host:2,S'])
    intake.answer = { verdict: 'no-report', reports: [] }
    put('tmp/2.host', 'a letter')
    renameSync(join(path, 'tmp/2.host'), join(path, 'new/2.host'))
    await eventually('the letter', () => intake.documents.length === 2)
    put('tmp/4.host', 'another letter')
    renameSync(join(path, 'tmp/4.host'), join(path, 'new/4.host'))
    await eventually('the other letter', () => intake.documents.length >= 3)
    expect(list('new')).toEqual(['2.host', '4.host'])
    expect(intake.texts).toEqual(['report', 'a letter', 'another letter'])
    expect(list('tmp')).toEqual(['3.host'])
  })
})
