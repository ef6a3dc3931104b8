import { describe, expect, test } from 'vitest'
import { parseConfigDocument } from './document.ts'
import { formatConfigIssue } from './issues.ts'
import { checkDocument } from './load.ts'

function check(text: string) {
  const read = parseConfigDocument('/etc/sternpost/sternpost.yaml', text)
  if (!read.ok) throw new Error(read.issues.map(formatConfigIssue).join('\n'))
  return checkDocument(read.document, { env: {}, cwd: '/', isRoot: false, now: 0 })
}

function reportsReceived(text: string) {
  const loaded = check(text)
  if (!loaded.ok) throw new Error(loaded.issues.map(formatConfigIssue).join('\n'))
  return loaded.config.reportsReceived
}

test('without a word about them, reports are taken on loopback and in no other way', () => {
  const { https, smtp, imap, folders, domains } = reportsReceived('{}')
  expect(https).toMatchObject({ accept: true, listen: 'off' })
  expect([smtp.listen, imap.host, folders, domains]).toEqual([[], undefined, [], []])
})

test('paths are taken from the folder of the file', () => {
  const section = reportsReceived(`reportsReceived:
  https: { certFile: a.pem, keyFile: a.key }
  imap: { host: imap.example.com, user: me, passwordFile: secret }
  folders: [{ path: drop }, { path: /var/mail/reports, kind: maildir }]
`)
  expect(section.https).toMatchObject({ certFile: '/etc/sternpost/a.pem', keyFile: '/etc/sternpost/a.key' })
  expect(section.imap).toMatchObject({ passwordFile: '/etc/sternpost/secret', port: 993 })
  expect(section.folders).toEqual([
    { path: '/etc/sternpost/drop', kind: 'drop' },
    { path: '/var/mail/reports', kind: 'maildir' },
  ])
})

test('recipients are compared without regard to case', () => {
  const { smtp } = reportsReceived(`reportsReceived:
  smtp: { listen: ['127.0.0.1:2525'], recipients: [TLS@Example.COM, '@example.net'] }
`)
  expect(smtp.recipients).toEqual(['tls@example.com', '@example.net'])
})

describe('what cannot work is refused with its line', () => {
  test.each([
    ["smtp: { listen: ['127.0.0.1:25'] }", 'recipients'],
    ["smtp: { listen: ['127.0.0.1:25'], recipients: [nobody] }", 'is no mail address'],
    ['https: { certFile: a.pem }', 'a certificate and its key are needed together'],
    ['imap: { host: imap.example.com, user: me }', 'passwordFile'],
    ['trustInFigures: [everybody]', 'trustInFigures[0]'],
    ['retention: { raw: 1h }', 'is too short'],
  ])('%s', (line, message) => {
    const loaded = check(`reportsReceived:\n  ${line}\n`)
    if (loaded.ok) throw new Error('it was taken for good')
    expect(loaded.issues.map(formatConfigIssue).join('\n')).toContain(message)
    expect(loaded.issues[0]?.line).toBe(2)
  })
})
