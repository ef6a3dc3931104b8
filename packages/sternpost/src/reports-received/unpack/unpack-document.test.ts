import { createGzip, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { IncomingDocument, Unpacked } from '../document.ts'
import { buildZip } from './testing/build-zip.ts'
import { asDocument, buildMail, type PartPlan, sampleReport, testLimits } from './testing/sample-report.ts'
import { unpackDocument } from './unpack-document.ts'

const report = sampleReport()
const other = sampleReport('example.net')
const gz = gzipSync(report)
const dmarc = '<?xml version="1.0"?>\n<feedback><report_metadata/></feedback>'

async function unpack(bytes: Uint8Array | string, more: Partial<IncomingDocument> = {}): Promise<Unpacked> {
  return unpackDocument(asDocument(bytes, more), testLimits)
}

/** The JSON texts found, as text. */
function texts(unpacked: Unpacked): string[] {
  expect(unpacked).toHaveProperty('kind', 'reports')
  return unpacked.kind === 'reports' ? unpacked.reports.map(found => Buffer.from(found.json).toString()) : []
}

describe('files', () => {
  test.each<[string, Uint8Array | string, string[]]>([
    ['JSON', report, [report]],
    ['JSON after white space', ` \r\n\t${report}\n`, [` \r\n\t${report}\n`]],
    ['JSON after a byte order mark', `\ufeff${report}`, [`\ufeff${report}`]],
    ['a list of JSON objects', `[${report}]`, [`[${report}]`]],
    ['gzip', gz, [report]],
    [
      'gzip of several members',
      Buffer.concat([gzipSync(report.slice(0, 99)), gzipSync(report.slice(99))]),
      [report],
    ],
    ['gzip with zeroes behind', Buffer.concat([gz, Buffer.alloc(512)]), [report]],
    ['gzip with garbage behind', Buffer.concat([gz, Buffer.from('\r\n--\r\nfooter')]), [report]],
    ['gzip in gzip', gzipSync(gz), [report]],
    ['zip', buildZip([{ name: 'a.json', bytes: Buffer.from(report) }]), [report]],
    [
      'zip of several members, folders, stored and gzipped ones',
      buildZip([
        { name: 'reports/', bytes: Buffer.alloc(0), isStored: true },
        { name: 'reports/a.json', bytes: Buffer.from(report), isStored: true },
        { name: 'reports/b.json.gz', bytes: gzipSync(other) },
      ]),
      [report, other],
    ],
    [
      'a zip whose names lead out of it',
      buildZip([{ name: '../../etc/a', bytes: Buffer.from(report) }]),
      [report],
    ],
    ['JSON with a footer behind', `${report}\n-- \nscanned`, [report]],
    ['JSON with a banner before', `[EXTERNAL] Caution!\n${report}`, [report]],
  ])('%s is unpacked', async (_name, bytes, expected) => {
    expect(texts(await unpack(bytes))).toEqual(expected)
  })

  test('UTF-16 is handed on as it is', async () => {
    const utf16 = Buffer.from(`\ufeff${report}`, 'utf16le')
    const unpacked = await unpack(utf16)
    expect(unpacked.kind === 'reports' && utf16.equals(unpacked.reports[0]!.json)).toBe(true)
  })

  test.each([
    ['a DMARC report', dmarc, 'DMARC aggregate report'],
    ['a gzipped DMARC report', gzipSync(dmarc), 'DMARC aggregate report'],
    [
      'a zipped DMARC report',
      buildZip([{ name: 'a.xml', bytes: Buffer.from(dmarc) }]),
      'DMARC aggregate report',
    ],
    ['an image', '\u0089PNG', 'text'],
    ['a PNG image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'a PNG image'],
    ['a web page', '<!DOCTYPE html><html></html>', 'an HTML page'],
    ['zstd', zstdCompressSync(report), 'zstd'],
    ['text', 'hello {world}', 'text'],
    ['text with a colon', 'Note: hello\n\nFrom: nobody', 'text'],
    ['RTF', '{\\rtf1 x}', 'RTF'],
    ['an empty zip archive', buildZip([]), 'nothing'],
  ])('%s is no report, and it is said what it is', async (_name, bytes, what) => {
    expect(await unpack(bytes)).toMatchObject({ kind: 'no-report', reason: expect.stringContaining(what) })
  })

  test.each([
    ['nothing', '', 'report/empty'],
    ['a byte order mark alone', '\ufeff', 'report/empty'],
    ['gzip cut off', gz.subarray(0, -30), 'report/gzip'],
    ['gzip with a wrong checksum', Buffer.concat([gz.subarray(0, -8), Buffer.alloc(8)]), 'report/gzip'],
    ['zip cut off', buildZip([{ name: 'a', bytes: Buffer.from(report) }]).subarray(0, -9), 'report/zip'],
    ['an encrypted zip', buildZip([{ name: 'a', bytes: Buffer.from(report), flags: 1 }]), 'report/zip'],
    [
      'a strongly encrypted zip',
      buildZip([{ name: 'a', bytes: Buffer.from(report), flags: 0x41 }]),
      'report/zip',
    ],
    ['an unknown method', buildZip([{ name: 'a', bytes: Buffer.from(report), method: 14 }]), 'report/zip'],
    [
      'a member of another size',
      buildZip([{ name: 'a', bytes: Buffer.from(report), saysBytes: 3 }]),
      'report/zip',
    ],
  ])('%s is refused', async (_name, bytes, code) => {
    expect(await unpack(bytes)).toMatchObject({ kind: 'reject', code })
  })

  test('a broken member does not hide the others, and is told of', async () => {
    const unpacked = await unpack(
      buildZip([
        { name: 'locked.json', bytes: Buffer.from(other), flags: 0x801 },
        { name: 'a.json', bytes: Buffer.from(report) },
      ]),
    )
    expect(texts(unpacked)).toEqual([report])
    expect(unpacked).toMatchObject({ refused: [{ path: 'locked.json', code: 'report/zip' }] })
  })
})

describe('mail', () => {
  const human: PartPlan = { type: 'text/plain; charset=utf-8', body: 'An aggregate TLS report.' }
  const fileName = 'example.com!example.org!1767225600!1767311999!1.json.gz'

  test.each<[string, PartPlan]>([
    ['gzip in base64', { type: 'application/tlsrpt+gzip', body: gz, encoding: 'base64' }],
    ['gzip in quoted-printable', { type: 'application/tlsrpt+gzip', body: gz, encoding: 'quoted-printable' }],
    [
      'JSON in quoted-printable',
      { type: 'application/tlsrpt+json', body: report, encoding: 'quoted-printable' },
    ],
    ['JSON as it is', { type: 'application/tlsrpt+json', body: report }],
    ['application/tlsrpt', { type: 'application/tlsrpt', body: gz, encoding: 'base64' }],
    ['application/octet-stream', { type: 'application/octet-stream', body: gz, encoding: 'base64' }],
    [
      'application/zip',
      { type: 'application/zip', body: buildZip([{ name: 'a', bytes: gz }]), encoding: 'base64' },
    ],
    ['text/json inline', { type: 'text/json', body: report }],
    ['text/plain', { type: 'text/plain', body: report, encoding: 'base64' }],
    ['no type that means anything', { type: '???', body: gz, encoding: 'base64' }],
    [
      'a mail in the mail',
      {
        type: 'message/rfc822',
        body: buildMail([{ type: 'application/tlsrpt+gzip', body: gz, encoding: 'base64' }]),
      },
    ],
  ])('%s is found', async (_name, part) => {
    const unpacked = await unpack(buildMail([human, part]))
    expect(texts(unpacked)).toEqual([report])
    expect(unpacked).toMatchObject({ isMail: true })
  })

  test.each([
    ['JSON', `Content-Type: application/tlsrpt+json\n\n${report}`],
    ['gzip', `Content-Type: application/gzip\nContent-Transfer-Encoding: BASE64\n\n${gz.toString('base64')}`],
    ['JSON of no type', `Subject: x\n\n${report}`],
    [
      'JSON in UTF-8 with CRLF and an envelope line',
      `From a@example.com Thu Jan  1 00:00:00 2026\r\nSubject: x\r\n\r\n${report}`,
    ],
  ])('a mail that is nothing but %s is read', async (_name, mail) => {
    expect(texts(await unpack(mail)).map(text => text.trim())).toEqual([report])
  })

  test('several reports come in their order', async () => {
    const unpacked = await unpack(
      buildMail([
        human,
        { type: 'application/tlsrpt+gzip', body: gz, encoding: 'base64', fileName },
        { type: 'application/tlsrpt+json', body: other },
      ]),
    )
    expect(texts(unpacked)).toEqual([report, other])
  })

  test('a banner part and a signature of a list do not matter', async () => {
    const banner: PartPlan = { type: 'text/html', body: '<div>This mail came from outside {!}</div>' }
    const unpacked = await unpack(
      buildMail([banner, { type: 'text/plain', body: `CAUTION\r\n${report}\r\n--\r\nfooter` }]),
    )
    expect(texts(unpacked)).toEqual([report])
  })

  test('headers, file name and recipient come along', async () => {
    const mail = buildMail(
      [human, { type: `application/tlsrpt+gzip; name="${fileName}"`, body: gz, encoding: 'base64' }],
      [
        'Delivered-To: <tls@example.org>',
        'Tls-Report-Domain: example.org',
        'TLS-Report-Submitter:\r\n example.com',
        'Subject: =?utf-8?Q?Report_Domain:?=\r\n =?utf-8?B?IGV4YW1wbGUub3Jn?= Submitter: example.com\r\n Report-ID: <1@example.com>',
      ],
    )
    const unpacked = await unpack(mail, { fileName: 'cur/1.eml' })
    expect(unpacked).toMatchObject({
      reports: [
        {
          path: `cur/1.eml > ${fileName}`,
          context: {
            tlsReportDomain: 'example.org',
            tlsReportSubmitter: 'example.com',
            subject: 'Report Domain: example.org Submitter: example.com Report-ID: <1@example.com>',
            fileName,
            recipient: 'tls@example.org',
          },
        },
      ],
    })
    expect(await unpack(mail, { recipient: 'rua@example.org' })).toMatchObject({
      reports: [{ context: { recipient: 'rua@example.org' } }],
    })
  })

  test('the file name with domain and dates in it wins over a plainer one inside', async () => {
    const zip = buildZip([{ name: 'report.json', bytes: Buffer.from(report) }])
    expect(await unpack(zip, { fileName: 'example.com!example.org!1!2.zip' })).toMatchObject({
      reports: [{ context: { fileName: 'example.com!example.org!1!2.zip' } }],
    })
  })

  test.each<[string, PartPlan[], string]>([
    [
      'a DMARC report',
      [
        human,
        {
          type: 'application/zip',
          body: buildZip([{ name: 'a.xml', bytes: Buffer.from(dmarc) }]),
          encoding: 'base64',
        },
      ],
      'a DMARC aggregate report',
    ],
    [
      'a bounce',
      [human, { type: 'message/delivery-status', body: 'Status: 5.1.1' }],
      'a delivery status notification',
    ],
    [
      'a feedback report',
      [human, { type: 'message/feedback-report', body: 'Feedback-Type: auth-failure' }],
      'a feedback',
    ],
    [
      'a picture',
      [human, { type: 'image/png', body: Buffer.from('89504e47', 'hex'), encoding: 'base64' }],
      'a PNG image',
    ],
    ['plain words', [human], 'text'],
  ])('mail with %s is no report', async (_name, parts, what) => {
    expect(await unpack(buildMail(parts))).toMatchObject({
      kind: 'no-report',
      reason: expect.stringContaining(`mail without a TLS report; it holds ${what}`),
    })
  })

  test('a mail cut off in its attachment is refused with the reason', async () => {
    const mail = buildMail([
      human,
      { type: 'application/tlsrpt+gzip', body: gz, encoding: 'base64', fileName },
    ])
    expect(await unpack(mail.subarray(0, -120))).toMatchObject({
      kind: 'reject',
      code: 'report/gzip',
      reason: expect.stringContaining(fileName),
    })
  })
})

describe('bombs stop early', () => {
  /** Gzip of a gigabyte of one byte, made without ever holding it. */
  async function gigabyte(): Promise<Buffer> {
    const gzip = createGzip({ level: 9 })
    const chunks: Buffer[] = []
    gzip.on('data', (chunk: Buffer) => chunks.push(chunk))
    const ended = new Promise(resolve => gzip.once('end', resolve))
    const block = Buffer.alloc(8 * 1024 * 1024, 0x20)
    for (let index = 0; index < 128; index += 1) {
      if (!gzip.write(block)) await new Promise(resolve => gzip.once('drain', resolve))
    }
    gzip.end()
    await ended
    return Buffer.concat(chunks)
  }

  test('a gigabyte in gzip, in zip and in mail', { timeout: 60_000 }, async () => {
    const bomb = await gigabyte()
    const before = process.resourceUsage().maxRSS
    for (const bytes of [
      bomb,
      gzipSync(bomb),
      buildZip([{ name: 'a', bytes: bomb, isStored: true }]),
      buildMail([{ type: 'application/tlsrpt+gzip', body: bomb, encoding: 'base64' }]),
    ]) {
      expect(await unpack(bytes)).toMatchObject({ kind: 'reject', code: 'report/unpacked-too-large' })
    }
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300 * 1024)
  })

  test('a small thing that unpacks to two hundred times as much', async () => {
    expect(await unpack(gzipSync(Buffer.alloc(4 * 1024 * 1024, 0x20)))).toMatchObject({
      kind: 'reject',
      code: 'report/ratio',
    })
    expect(await unpack(gzipSync(`${' '.repeat(900_000)}${report}`))).toHaveProperty('kind', 'reports')
  })

  test('many members that each stay below the limit', async () => {
    const megabyte = Buffer.from(`{${' '.repeat(1_000_000)}}`)
    const members = Array.from({ length: 40 }, (_, index) => ({ name: `${index}.json`, bytes: megabyte }))
    expect(await unpack(buildZip(members))).toMatchObject({
      kind: 'reject',
      code: 'report/unpacked-too-large',
    })
  })

  test('members that overlap', async () => {
    const bytes = Buffer.from(report.repeat(50))
    expect(await unpack(buildZip([{ name: 'a', bytes }], { repeat: 500 }))).toMatchObject({
      kind: 'reject',
      code: 'report/zip',
      reason: expect.stringContaining('overlap'),
    })
  })

  test('many broken parts that each cost the work of a whole one', async () => {
    const broken = Buffer.concat([gzipSync(Buffer.alloc(900_000, 0x20)).subarray(0, -8), Buffer.alloc(8)])
    const parts = Array.from({ length: 100 }, () => ({
      type: 'application/gzip',
      body: broken,
      encoding: 'base64' as const,
    }))
    expect(await unpack(buildMail([...parts, { type: 'text/json', body: report }]))).toMatchObject({
      kind: 'reject',
      reason: expect.stringContaining('broken parts'),
    })
  })

  test('a member that says it is huge is not opened', async () => {
    const zip = buildZip([{ name: 'a', bytes: Buffer.from(report), saysBytes: 0xfffffff0 }])
    expect(await unpack(zip)).toMatchObject({ kind: 'reject', code: 'report/unpacked-too-large' })
  })

  test('more members than are read, in one archive and in all together', async () => {
    const one = { name: 'a', bytes: Buffer.from('{}') }
    expect(await unpack(buildZip([one], { repeat: 1001 }))).toMatchObject({ code: 'report/members' })
    const zip = buildZip(Array.from({ length: 600 }, (_, index) => ({ ...one, name: `${index}` })))
    const both = buildZip([
      { name: 'a.zip', bytes: zip },
      { name: 'b.zip', bytes: zip },
    ])
    expect(await unpack(both)).toMatchObject({ code: 'report/members' })
  })

  test('archives and mails in each other without end', async () => {
    let [zip, gzip, mail]: Buffer[] = [Buffer.from(report), Buffer.from(report), buildMail([])]
    for (let depth = 0; depth < 8; depth += 1) {
      zip = buildZip([{ name: 'a', bytes: zip! }])
      gzip = gzipSync(gzip!)
      mail = buildMail([{ type: 'message/rfc822', body: mail!, encoding: 'base64' }])
    }
    for (const bytes of [zip, gzip, mail]) {
      expect(await unpack(bytes!)).toMatchObject({ kind: 'reject', code: 'report/nesting' })
    }
  })

  test('a mail of 100,000 parts, of endless nesting, of false delimiters and of endless headers', async () => {
    const multipart = 'Content-Type: multipart/mixed; boundary=b\n\n'
    const nested = Array.from(
      { length: 1000 },
      (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`,
    )
    expect(await unpack(multipart + '--b\n\nx\n'.repeat(100_000))).toMatchObject({ code: 'report/members' })
    expect(await unpack(nested.join(''))).toMatchObject({ code: 'report/nesting' })
    expect(await unpack(multipart + '--c\n'.repeat(500_000))).toMatchObject({ code: 'report/members' })
    expect(await unpack(`From: a\n${'a: b\n'.repeat(500_000)}`)).toMatchObject({ code: 'report/mail' })
  })

  test('a mail of line ends alone, or of escapes alone, is read to its end', async () => {
    const fill = (byte: string) => byte.repeat(5_000_000)
    expect(await unpack(`From: a\n\n${fill('\n')}`)).toHaveProperty('kind', 'no-report')
    expect(
      await unpack(`From: a\nContent-Transfer-Encoding: quoted-printable\n\n${fill('=')}`),
    ).toHaveProperty('kind', 'no-report')
  })

  test('a document larger than is read at all is not looked into', async () => {
    const limits = { ...testLimits, documentBytes: 100 }
    expect(await unpackDocument(asDocument(report), limits)).toMatchObject({
      kind: 'reject',
      code: 'report/document-too-large',
    })
  })
})
