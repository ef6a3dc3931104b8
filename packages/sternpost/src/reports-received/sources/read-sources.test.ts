import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSources, type SourceOptions } from './read-sources.ts'
import type { SourceItem } from './source-item.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function* noInput(): AsyncGenerator<Uint8Array> {}

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size))
}

async function read(paths: string[], more: Partial<SourceOptions> = {}): Promise<SourceItem[]> {
  const items: SourceItem[] = []
  const options: SourceOptions = {
    paths,
    standardInput: noInput(),
    documentBytes: 1000,
    form: 'auto',
    ...more,
  }
  for await (const item of readSources(options)) items.push(item)
  return items
}

/** Names and contents, or the reason, in the order of names. */
function told(items: readonly SourceItem[]): [string, string][] {
  return items
    .map((item): [string, string] => [
      item.name.replace(`${folder}/`, '').replace(folder, '.'),
      item.kind === 'document' ? item.bytes.toString() : item.reason,
    ])
    .sort()
}

const mbox = 'From a\nSubject: 1\n\nx\n\nFrom b\nSubject: 2\n\ny\n'

describe('folders', () => {
  test('are read with all below them, hidden files and odd names included', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    const names = ['a/b/1.json', 'a/.hidden', 'a/ü\u001b[31m\n.json', 'z', '-']
    for (const name of names) writeFileSync(join(folder, name), name)
    expect(told(await read([folder]))).toEqual(names.map(name => [name, name]).sort())
  })

  test('a link back, a pipe, a socket and a device are passed by with a word', async () => {
    mkdirSync(join(folder, 'a'))
    writeFileSync(join(folder, 'a/1'), 'one')
    symlinkSync('..', join(folder, 'a/loop'))
    symlinkSync('/dev/zero', join(folder, 'zero'))
    symlinkSync('nowhere', join(folder, 'broken'))
    symlinkSync('a/1', join(folder, 'link'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const server = createServer().listen(join(folder, 'socket'))
    await new Promise(resolve => server.once('listening', resolve))
    const items = await read([folder])
    server.close()
    expect(told(items)).toEqual([
      ['a/1', 'one'],
      ['a/loop', 'it leads to a folder that was read already'],
      ['broken', 'no such file or directory'],
      ['link', 'one'],
      ['pipe', 'it is a named pipe'],
      ['socket', 'it is a socket'],
      ['zero', 'it is a device'],
    ])
    expect(items.find(item => item.name.endsWith('broken'))).toMatchObject({
      kind: 'unreadable',
      code: 'report/unreadable',
    })
  })

  test('folders that lead to each other many ways are read once', async () => {
    for (let index = 0; index < 40; index += 1) {
      mkdirSync(join(folder, `d${index}`))
      for (const name of ['x', 'y']) symlinkSync(`../d${index + 1}`, join(folder, `d${index}`, name))
    }
    writeFileSync(join(folder, 'd39', 'f'), 'one')
    const items = await read([join(folder, 'd0')])
    expect(items.filter(item => item.kind === 'document')).toHaveLength(1)
    expect(items.length).toBeLessThan(100)
  })

  test('what cannot be read is told of, and the rest is read', async () => {
    // Permissions do not hold root; the memory of a process without an address to start at holds everybody.
    symlinkSync('/proc/self/mem', join(folder, 'locked'))
    writeFileSync(join(folder, 'open'), 'x')
    expect(told(await read([folder]))).toEqual([
      ['locked', 'i/o error'],
      ['open', 'x'],
    ])
  })

  test('of a Maildir what is delivered is read, and what is being written is not', async () => {
    for (const part of ['cur', 'new', 'tmp', '.Reports/cur', '.Reports/new', '.Reports/tmp']) {
      mkdirSync(join(folder, part), { recursive: true })
      writeFileSync(join(folder, part, '1.host:2,S'), part)
    }
    writeFileSync(join(folder, 'dovecot-uidlist'), 'x')
    const expected = ['.Reports/cur', '.Reports/new', 'cur', 'new']
    expect(told(await read([folder]))).toEqual(expected.map(part => [`${part}/1.host:2,S`, part]))
  })
})

describe('files', () => {
  test('an mbox file gives its mails, numbered, with how far it is read', async () => {
    writeFileSync(join(folder, 'in'), mbox)
    const items = await read([join(folder, 'in')])
    expect(told(items)).toEqual([
      ['in#1', 'Subject: 1\n\nx\n\n'],
      ['in#2', 'Subject: 2\n\ny\n'],
    ])
    expect(items.at(-1)).toMatchObject({ filesDone: 1 })
    expect(told(await read([join(folder, 'in')], { form: 'single' }))).toEqual([['in', mbox]])
  })

  test('an mbox file larger than one document may be is read to its end', async () => {
    const mails = Array.from({ length: 20_000 }, (_, index) => `From a\nSubject: ${index}\n\nbody\n\n`)
    writeFileSync(join(folder, 'in'), mails.join(''))
    const items = await read([join(folder, 'in')])
    expect(items).toHaveLength(20_000)
    expect(items.at(-1)).toMatchObject({ name: `${folder}/in#20000` })
  })

  test('one that is too large is not read', async () => {
    writeFileSync(join(folder, 'large'), Buffer.alloc(1001))
    writeFileSync(join(folder, 'fits'), Buffer.alloc(1000, 0x78))
    expect(await read([folder])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'unreadable', code: 'report/document-too-large' }),
        expect.objectContaining({ kind: 'document', bytes: Buffer.alloc(1000, 0x78) }),
      ]),
    )
  })

  test('the file name comes along, as it may tell of the report', async () => {
    writeFileSync(join(folder, 'a!b!1!2.json'), '{}')
    expect(await read([folder])).toMatchObject([{ fileName: 'a!b!1!2.json', filesDone: 1 }])
  })
})

describe('standard input', () => {
  test.each([1, 3, 1000])('is a document or an mbox file, in pieces of %d bytes', async size => {
    expect(told(await read(['-'], { standardInput: inPieces('{"a":1}', size) }))).toEqual([['-', '{"a":1}']])
    expect(told(await read(['-'], { standardInput: inPieces(mbox, size) }))).toEqual([
      ['-#1', 'Subject: 1\n\nx\n\n'],
      ['-#2', 'Subject: 2\n\ny\n'],
    ])
    expect(told(await read(['-'], { standardInput: inPieces(mbox, size), form: 'single' }))).toEqual([
      ['-', mbox],
    ])
    expect(await read(['-'], { standardInput: inPieces('x'.repeat(5000), size) })).toMatchObject([
      { kind: 'unreadable', code: 'report/document-too-large' },
    ])
  })

  test('that is empty is an empty document', async () => {
    expect(told(await read(['-']))).toEqual([['-', '']])
  })
})
