// Reports as they come in the world: by a real Postfix through MX and DKIM keys in real DNS, by curl over TLS.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labCertificateAuthority } from '@sternpost/lab'
import { createDnsClient } from '@sternpost/network'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTFIX_310_ADDRESS, REPORT_INTAKE_ADDRESS, RESOLVER_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'
import { packedReport, reportKeyRecord, signedReportMail } from './harness/report-mail.ts'
import { channelSettings, openReportRoom, type ReportRoom } from './harness/report-room.ts'
import { runInRoot, waitFor } from './harness/root-process.ts'

const OURS = 'ours.secure.test'
const REPORTER = 'reporter.secure.test'
const RECIPIENT = `reports@${OURS}`
const HTTPS_PORT = 8443

let names: Names
let postfix: Postfix
let room: ReportRoom
const folder = mkdtempSync(join(tmpdir(), 'sternpost-reports-e2e-'))

beforeAll(async () => {
  const ca = await labCertificateAuthority()
  const certificate = await ca.issue({ names: [`mx.${OURS}`, 'localhost'] })
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, certificate.chainPem)
  writeFileSync(keyFile, certificate.keyPem)
  names = await startNames(
    rootsOfGround().trixie,
    [{ origin: 'secure.test', security: 'secure' }],
    [
      { name: OURS, type: 'MX', data: `10 mx.${OURS}.` },
      { name: `mx.${OURS}`, type: 'A', data: REPORT_INTAKE_ADDRESS },
      reportKeyRecord(REPORTER),
    ],
  )
  postfix = await startPostfix({
    root: rootsOfGround().trixie,
    address: POSTFIX_310_ADDRESS,
    caPem: ca.caPem,
    settings: { smtp_tls_security_level: 'verify' },
  })
  room = await openReportRoom(createDnsClient({ servers: [RESOLVER_ADDRESS] }))
  await room.openChannels(
    channelSettings({
      smtp: {
        listen: [{ kind: 'tcp', host: REPORT_INTAKE_ADDRESS, port: 25, text: `${REPORT_INTAKE_ADDRESS}:25` }],
        recipients: [RECIPIENT],
        hostname: `mx.${OURS}`,
        ...{ certFile, keyFile },
      },
      https: {
        listen: { host: '127.0.0.1', port: HTTPS_PORT, text: `127.0.0.1:${HTTPS_PORT}` },
        ...{ certFile, keyFile },
      },
    }),
  )
})
afterAll(async () => {
  await room.close()
  await postfix.stop()
  await names.stop()
  rmSync(folder, { recursive: true })
})

/** Hands a mail to Postfix and waits for what becomes of it at our MX host. */
async function deliver(mail: Buffer | string, to = RECIPIENT) {
  const transport = createTransport({ host: POSTFIX_310_ADDRESS, port: 25, ignoreTLS: true })
  const { response } = await transport.sendMail({ envelope: { from: `tls@${REPORTER}`, to }, raw: mail })
  transport.close()
  const queueId = /queued as (\w+)/.exec(response)?.[1] ?? ''
  return { queueId, ...(await postfix.outcome(queueId)) }
}

const report = (reportId: string) => ({ reporter: REPORTER, policyDomain: OURS, reportId, to: RECIPIENT })
const find = async (reportId: string) => (await room.reports()).filter(one => one.reportId === reportId)

describe('Postfix 3.10', () => {
  it('delivers a signed report over verified TLS, and it is proved by DNS', async () => {
    const outcome = await deliver(await signedReportMail(report('signed')))
    expect(outcome).toMatchObject({ status: 'sent', tls: 'verified' })
    expect(outcome.reason).toContain('250 2.0.0 stored')
    expect(await find('signed')).toEqual([{ reportId: 'signed', trust: 'authenticated', channel: 'smtp' }])
  })

  it('delivers it again, and it is one report', async () => {
    const mail = await signedReportMail(report('twice'))
    await deliver(mail)
    expect((await deliver(mail)).reason).toContain('250 2.0.0 known already')
    expect(await find('twice')).toHaveLength(1)
  })

  it('delivers one whose body was changed by a byte: kept, not believed', async () => {
    const mail = (await signedReportMail(report('changed'))).toString('latin1')
    const outcome = await deliver(mail.replace('A report about TLS.', 'A report about TLS!'))
    expect(outcome.status).toBe('sent')
    expect(await find('changed')).toMatchObject([{ trust: 'untrusted' }])
  })

  it('puts a report off while its key cannot be looked up, and delivers it afterwards', async () => {
    await names.publish([
      { name: OURS, type: 'MX', data: `10 mx.${OURS}.` },
      { name: `mx.${OURS}`, type: 'A', data: REPORT_INTAKE_ADDRESS },
      reportKeyRecord('late.secure.test'),
    ])
    await names.block('_domainkey.late.secure.test', 'always_refuse')
    const mail = await signedReportMail({ ...report('late'), reporter: 'late.secure.test' })
    const { status, reason, queueId } = await deliver(mail)
    expect({ status, reason }).toMatchObject({
      status: 'deferred',
      reason: expect.stringContaining('451 4.3.0'),
    })
    expect(await find('late')).toEqual([])
    await names.unblock('_domainkey.late.secure.test')
    // What the DNS client remembers of the failure lasts for some seconds.
    await waitFor(
      async () => {
        await postfix.retry(queueId)
        return (await postfix.outcome(queueId)).status === 'sent' ? true : undefined
      },
      () => 'the report stays deferred',
      40_000,
    )
    expect(await find('late')).toMatchObject([{ trust: 'authenticated' }])
  })

  it('hears why a letter or a stranger’s mail is not taken', async () => {
    const letter = `From: <a@${REPORTER}>\r\nSubject: hello\r\n\r\nHow are you?\r\n`
    expect(await deliver(letter)).toMatchObject({
      status: 'bounced',
      reason: expect.stringContaining('554 5.6.0 no-report'),
    })
    expect(await deliver(letter, `other@${OURS}`)).toMatchObject({
      status: 'bounced',
      reason: expect.stringContaining('550 5.1.1'),
    })
  })
})

describe('curl', () => {
  const root = rootsOfGround().trixie
  const inRoot = `${SCRATCH}/curl`
  const onHost = join(root, inRoot)
  beforeAll(async () => {
    mkdirSync(onHost)
    writeFileSync(join(onHost, 'ca.pem'), (await labCertificateAuthority()).caPem)
  })
  const curl = (...args: string[]) => {
    const always = ['-sS', '--cacert', `${inRoot}/ca.pem`, '-w', '\n%{http_code}']
    return runInRoot(root, 'curl', [...always, ...args, `https://localhost:${HTTPS_PORT}/v1/tlsrpt`])
  }
  const asGzip = ['-H', 'Content-Type: application/tlsrpt+gzip']

  it('posts a packed report', async () => {
    const file = `${inRoot}/report.json.gz`
    writeFileSync(join(root, file), packedReport(report('posted')))
    expect(await curl(...asGzip, '--data-binary', `@${file}`)).toBe('{"verdict":"report","reports":1}\n201')
    expect(await curl(...asGzip, '--data-binary', `@${file}`)).toBe(
      '{"verdict":"duplicate","reports":1}\n201',
    )
    expect(await find('posted')).toEqual([{ reportId: 'posted', trust: 'unauthenticated', channel: 'https' }])
  })

  it('is told what is wrong with other things', async () => {
    expect(await curl(...asGzip, '--data-binary', '<html>')).toMatch(/"status":400[\s\S]*\n400$/)
    expect(await curl()).toMatch(/\n405$/)
    const large = `${inRoot}/large`
    writeFileSync(join(root, large), Buffer.alloc(5_000_001))
    expect(await curl(...asGzip, '--data-binary', `@${large}`)).toMatch(/"status":413[\s\S]*\n413$/)
  })
})
