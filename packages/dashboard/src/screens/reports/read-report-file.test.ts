import { deflateRawSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readReportFile } from './read-report-file.ts'

const json = JSON.stringify({
  'organization-name': 'Example Mail',
  'date-range': { 'start-datetime': '2026-11-01T00:00:00Z', 'end-datetime': '2026-11-01T23:59:59Z' },
  'contact-info': 'tls@mail.example',
  'report-id': '1',
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-domain': 'example.com' },
      summary: { 'total-successful-session-count': 5, 'total-failure-session-count': 0 },
    },
  ],
})

test.each([
  ['JSON', Buffer.from(json)],
  ['gzip', gzipSync(json)],
  ['zip', zipOf('report.json', Buffer.from(json))],
  ['gzip in zip', zipOf('report.json.gz', gzipSync(json))],
])('a report is read from %s', async (_form, bytes) => {
  const { reports, refused } = await readReportFile('report', new Uint8Array(bytes))
  expect(refused).toEqual([])
  expect(reports[0]?.explanation.sentences[0]).toContain('Example Mail reports on 5 connections')
})

test('a bomb is stopped at the limit, packed by gzip or in a zip archive', async () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024)
  for (const bytes of [gzipSync(zeros), zipOf('bomb.json', zeros)]) {
    const { reports, refused } = await readReportFile('bomb', new Uint8Array(bytes))
    expect(reports).toEqual([])
    expect(refused).toEqual([
      'It cannot be unpacked: it unpacks to more than 32 MiB, which no TLS report does.',
    ])
  }
})

test('what is broken is said to be', async () => {
  const cutOff = await readReportFile('a.json.gz', new Uint8Array(gzipSync(json).subarray(0, 40)))
  expect(cutOff.refused[0]).toContain('cut off')
  const noZip = await readReportFile('a.zip', new Uint8Array(Buffer.from('PK\u0003\u0004 and no more of it')))
  expect(noZip.refused[0]).toContain('the zip archive is broken')
  const noReport = await readReportFile('a.json', new Uint8Array(Buffer.from('{"a":1}')))
  expect(noReport.refused[0]).toContain('no TLS report')
})

test('a mail is left to Sternpost, and said to be one', async () => {
  const mail = Buffer.from('Received: from a\r\nSubject: Report Domain: example.com\r\n\r\n…')
  const { reports, refused, isForSternpost } = await readReportFile('report.eml', new Uint8Array(mail))
  expect(reports).toEqual([])
  expect(isForSternpost).toBe(true)
  expect(refused[0]).toContain('It is a mail')
})

/** A zip archive of one member that is packed by deflate. */
function zipOf(name: string, bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(bytes.length, 22)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(bytes.length, 24)
  entry.writeUInt16LE(name.length, 28)
  const head = Buffer.concat([local, Buffer.from(name), packed])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(head.length, 16)
  return Buffer.concat([head, entry, Buffer.from(name), end])
}
