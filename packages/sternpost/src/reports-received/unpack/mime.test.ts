import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { UnpackProblem } from './limits.ts'
import { decodeLeaf, readMail } from './mime.ts'
import { decodeQuotedPrintable, decodeWords, parseStructuredHeader } from './mime-header.ts'
import { formatPart } from './testing/sample-report.ts'

type Tree =
  | {
      readonly kind: 'leaf'
      readonly bytes: Uint8Array
      readonly encoding: 'base64' | 'quoted-printable'
      readonly fileName: string
    }
  | {
      readonly kind: 'multipart'
      readonly subtype: string
      readonly children: readonly Tree[]
      readonly preamble: string
    }

const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({
      kind: fc.constant('leaf' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
      encoding: fc.constantFrom('base64' as const, 'quoted-printable' as const),
      fileName: fc.stringMatching(/^[A-Za-z0-9!.][A-Za-z0-9!. ]{0,30}[A-Za-z0-9]$/),
    }),
    fc.record({
      kind: fc.constant('multipart' as const),
      subtype: fc.constantFrom('mixed', 'report', 'related'),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      preamble: fc.constantFrom('', 'This is MIME.\r\n', '--\r\n', '--=_\r\n', '\r\n'),
    }),
  ),
}))

/** Boundaries are prefixes of each other on purpose. */
function format(node: Tree, depth = 0): Buffer {
  if (node.kind === 'leaf') {
    return formatPart({
      type: 'application/octet-stream',
      body: node.bytes,
      encoding: node.encoding,
      fileName: node.fileName,
    })
  }
  const boundary = `=_${'b'.repeat(depth + 1)}`
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/${node.subtype}; boundary="${boundary}"\r\n\r\n${node.preamble}`),
    ...node.children.flatMap(child => [
      Buffer.from(`--${boundary}\r\n`),
      format(child, depth + 1),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n\r\nepilogue\r\n`),
  ])
}

function leavesOf(node: Tree): { fileName: string; hex: string }[] {
  if (node.kind === 'multipart') return node.children.flatMap(leavesOf)
  return [{ fileName: node.fileName, hex: Buffer.from(node.bytes).toString('hex') }]
}

function ours(mail: Buffer): { fileName: string | undefined; hex: string }[] {
  return readMail(mail, 10_000).leaves.map(leaf => ({
    fileName: leaf.fileName,
    hex: decodeLeaf(leaf).toString('hex'),
  }))
}

describe('the parts of a mail', () => {
  test('are those that were put in, and those another reader sees', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.boolean(), async (plan, bareLineFeeds) => {
        const crlf = Buffer.concat([Buffer.from('From: a@example.com\r\nSubject: x\r\n'), format(plan)])
        const mail = bareLineFeeds
          ? Buffer.from(crlf.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
          : crlf
        const expected = leavesOf(plan)
        expect(ours(mail)).toEqual(expected)
        // It ends every quoted-printable part with a line feed.
        const parsed = await PostalMime.parse(mail)
        expect(
          parsed.attachments.map(({ filename, content }) => ({
            fileName: filename,
            hex: Buffer.from(content as ArrayBuffer).toString('hex'),
          })),
        ).toEqual(expected.map(leaf => ({ ...leaf, hex: expect.stringMatching(`^${leaf.hex}(?:0a)?$`) })))
      }),
      { numRuns: 300 },
    )
  })

  test('no bytes at all make it throw anything but its own problem, or run on', () => {
    const piece = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: multipart/mixed; boundary="b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '--b',
      '--b--',
      '-',
      '--',
      '\r\n',
      '\n',
      ' ',
      ':',
      'x',
      '\0',
      '{}',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), pieces => {
        try {
          const { leaves } = readMail(Buffer.from(pieces.join('')), 10_000)
          for (const leaf of leaves) decodeLeaf(leaf)
        } catch (error) {
          expect(error).toBeInstanceOf(UnpackProblem)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    [
      'a delimiter right after the header',
      'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--',
      ['x'],
    ],
    ['no closing delimiter', 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n\ny', ['x', 'y']],
    [
      'a part without an empty line',
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nA: b\n--b\n\ny\n--b--\n',
      ['', 'y'],
    ],
    [
      'white space after a delimiter',
      'Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\nx\n--b-- \n',
      ['x'],
    ],
    [
      'a delimiter with more behind',
      'Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bc\n--b--\n',
      ['--bc'],
    ],
    [
      'an outer delimiter that closes inner parts',
      'Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--o\n\ny\n--o--\n',
      ['x', 'y'],
    ],
    ['no boundary', 'Content-Type: multipart/mixed\n\nx', ['x']],
    ['no body', 'Subject: x', ['']],
    [
      'the first of two types',
      'Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\nx\n--b--',
      ['x'],
    ],
  ])('%s', (_name, mail, expected) => {
    expect(readMail(Buffer.from(mail), 100).leaves.map(leaf => leaf.body.toString())).toEqual(expected)
  })
})

describe('headers', () => {
  test.each([
    ['text/plain; charset=utf-8', 'text/plain', { charset: 'utf-8' }],
    ['TEXT/Plain;\r\n name = "a;b\\"c" ; X=y', 'text/plain', { name: 'a;b"c', x: 'y' }],
    ['a/b; name=a!b!1!2.json.gz', 'a/b', { name: 'a!b!1!2.json.gz' }],
    ["attachment; filename*=UTF-8''a%20%C3%A4.json", 'attachment', { filename: 'a ä.json' }],
    ['attachment; filename*1="b.json"; filename*0="a!"', 'attachment', { filename: 'a!b.json' }],
    ["attachment; filename*0*=utf-8''%41; filename*1=b", 'attachment', { filename: 'Ab' }],
    ['attachment; filename="=?utf-8?Q?a=2Ejson?="', 'attachment', { filename: 'a.json' }],
    ['a/b; boundary="x"; boundary=y', 'a/b', { boundary: 'x' }],
    ['; ; =; "', '', {}],
    ["a/b; name*=utf-8''%zz", 'a/b', { name: '%zz' }],
    ['a/b; __proto__=x', 'a/b', JSON.parse('{"__proto__":"x"}')],
  ])('%j', (text, value, parameters) => {
    const header = parseStructuredHeader(text)
    expect(header.value).toBe(value)
    expect(new Map(header.parameters)).toEqual(new Map(Object.entries(parameters)))
  })

  test('words in an unknown character set stay as they are', () => {
    expect(decodeWords('=?x-none?Q?a?= b')).toBe('=?x-none?Q?a?= b')
    expect(decodeWords('=?iso-8859-1*en?q?=E4_=?= =?utf-8?b?w6Q=?=')).toBe('ä ä')
  })

  test.each([
    ['a=3Db', 'a=b'],
    ['a=\r\nb=  \nc', 'abc'],
    ['=', ''],
    ['= b', '= b'],
    ['=4', '=4'],
    ['=zz=41', '=zzA'],
    ['end=', 'end'],
  ])('quoted-printable %j', (text, expected) => {
    const decoded = decodeQuotedPrintable(Buffer.from(text)).toString()
    expect(decoded).toBe(expected)
  })
})
