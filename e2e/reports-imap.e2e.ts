// A mailbox on a real Dovecot, read by IMAP.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDnsServer, labCertificateAuthority, zone } from '@sternpost/lab'
import { createDnsClient } from '@sternpost/network'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DOVECOT_ADDRESS, DOVECOT_NAME } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { createDovecot, type Dovecot } from './harness/dovecot.ts'
import { reportKeyRecord, signedReportMail } from './harness/report-mail.ts'
import {
  type ChangedSettings,
  channelSettings,
  openReportRoom,
  type ReportRoom,
} from './harness/report-room.ts'
import { waitFor } from './harness/root-process.ts'

const REPORTER = 'reporter.test'
const USER = 'reports'
let dovecot: Dovecot
let room: ReportRoom
let imap: Exclude<ChangedSettings['imap'], undefined>
const folder = mkdtempSync(join(tmpdir(), 'sternpost-imap-'))
const key = reportKeyRecord(REPORTER)
const keyText = key.data.replaceAll(/^"|" "|"$/g, '')

beforeAll(async () => {
  const ca = await labCertificateAuthority()
  dovecot = await createDovecot({
    root: rootsOfGround().trixie,
    address: DOVECOT_ADDRESS,
    certificate: await ca.issue({ names: [DOVECOT_NAME] }),
    user: USER,
    password: 'hush hush',
  })
  await dovecot.start()
  writeFileSync(join(folder, 'ca.pem'), ca.caPem)
  writeFileSync(join(folder, 'password'), 'hush hush\n')
  imap = {
    host: DOVECOT_NAME,
    port: 993,
    tls: 'implicit',
    caFile: join(folder, 'ca.pem'),
    user: USER,
    passwordFile: join(folder, 'password'),
    // So long that only IDLE can tell of new mail in time.
    pollIntervalSeconds: 3600,
  }
  const server = await createDnsServer({
    address: '127.0.0.1',
    port: 0,
    source: zone({ [key.name]: { TXT: keyText } }),
  })
  room = await openReportRoom(createDnsClient({ servers: [`127.0.0.1:${server.port}`] }))
})
afterEach(() => room.closeChannels())
afterAll(async () => {
  await room.close()
  await dovecot.stop()
  rmSync(folder, { recursive: true })
})

async function deliver(name: string): Promise<void> {
  const to = 'reports@ours.test'
  await dovecot.deliver(
    name,
    await signedReportMail({ reporter: REPORTER, policyDomain: 'ours.test', reportId: name, to }),
  )
}
const stored = (reportId: string) =>
  waitFor(
    async () => (await room.reports()).find(report => report.reportId === reportId),
    () => `${reportId} was not taken: ${room.channels?.troubles().join('; ')}\n${dovecot.log()}`,
  )
const flagsOf = (name: string) =>
  waitFor(
    () =>
      readdirSync(join(dovecot.maildir, 'cur'))
        .find(file => file.startsWith(name))
        ?.split(':2,')[1],
    () => `${name} is not in cur`,
  )

describe('a mailbox', () => {
  it('has what lies in it taken and marked as seen, and what comes is told by the server', async () => {
    await deliver('report-1')
    await dovecot.deliver('letter', 'From: <a@example.test>\r\nSubject: hello\r\n\r\nHow are you?\r\n')
    await room.openChannels(channelSettings({ imap }))
    expect(await stored('report-1')).toMatchObject({ trust: 'authenticated', channel: 'imap' })
    await waitFor(
      async () => ((await flagsOf('report-1')) === 'S' ? true : undefined),
      () => 'report-1 is not marked',
    )
    await deliver('report-2')
    await stored('report-2')
    expect(await flagsOf('letter')).not.toContain('S')
  })

  it('is read again after the server was away, and nothing twice', async () => {
    await room.openChannels(channelSettings({ imap }))
    await deliver('report-3')
    await stored('report-3')
    await dovecot.stop()
    await waitFor(
      () => room.channels?.troubles()[0],
      () => 'nobody noticed',
    )
    await dovecot.start()
    await deliver('report-4')
    await stored('report-4')
    await waitFor(
      () => (room.channels?.troubles().length === 0 ? true : undefined),
      () => 'the trouble stays',
    )
    const ids = (await room.reports()).map(({ reportId }) => reportId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has what it holds moved to another folder, if so wished', async () => {
    await deliver('report-5')
    await room.openChannels(channelSettings({ imap: { ...imap, afterwards: 'move', folder: 'TLS reports' } }))
    await stored('report-5')
    await waitFor(
      () => readdirSync(join(dovecot.maildir, '.TLS reports', 'cur')).find(file => file.includes(':2,S')),
      () => 'nothing was moved',
    )
    await waitFor(
      () => {
        const left = [
          ...readdirSync(join(dovecot.maildir, 'cur')),
          ...readdirSync(join(dovecot.maildir, 'new')),
        ]
        return left.length === 1 ? true : undefined
      },
      () => 'more than the letter was left',
    )
  })

  it('behind STARTTLS is read too', async () => {
    await room.openChannels(channelSettings({ imap: { ...imap, port: 143, tls: 'starttls' } }))
    await deliver('report-6')
    await stored('report-6')
  })

  it.each([
    ['a wrong password', () => writeFileSync(join(folder, 'wrong'), 'no\n'), { passwordFile: 'wrong' }],
    ['a certificate of a stranger', () => {}, { caFile: undefined }],
    ['no password file', () => {}, { passwordFile: 'missing' }],
    ['no such mailbox', () => {}, { mailbox: 'nowhere' }],
  ])('with %s is trouble that is told, and no crash', async (_name, prepare, change) => {
    prepare()
    const { passwordFile, ...rest } = change as { passwordFile?: string }
    const path = passwordFile === undefined ? {} : { passwordFile: join(folder, passwordFile) }
    await room.openChannels(channelSettings({ imap: { ...imap, ...rest, ...path } }))
    const trouble = await waitFor(
      () => room.channels?.troubles()[0],
      () => 'no trouble was told',
    )
    expect(trouble).toMatch(/^mailbox .* at localhost cannot be read: ./)
  })
})
