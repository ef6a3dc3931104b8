import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticateMail, isTemporary } from './authenticate-mail.ts'
import { keyRecord, reportMail, serveKeys, signMail } from './testing/signed-mail.ts'

const AT = Date.parse('2026-11-02T04:00:00Z')
const REPORTER = { from: 'tls@example.test' }
const CLAIMS = { contactInfo: 'tls@example.test', submitter: 'example.test' }

let world: Awaited<ReturnType<typeof serveKeys>>
beforeAll(async () => {
  world = await serveKeys({
    'sel._domainkey.example.test': keyRecord(),
    'reports._domainkey.example.test': keyRecord('s=tlsrpt'),
    'both._domainkey.example.test': keyRecord('s=email:tlsrpt'),
    'mail._domainkey.example.test': keyRecord('s=email'),
    'any._domainkey.example.test': keyRecord('s=*'),
    'files._domainkey.example.test': keyRecord('s=files'),
    'revoked._domainkey.example.test': 'v=DKIM1; k=rsa; p=',
    'sel._domainkey.corp.example.test': keyRecord(),
    'sel._domainkey.gateway.test': keyRecord(),
    'sel._domainkey.one.github.io': keyRecord(),
  })
})
afterAll(() => world.close())

function judge(mail: string, claims = CLAIMS) {
  return authenticateMail(Buffer.from(mail), claims, world.dns, AT)
}

describe('a signature that proves', () => {
  test('is one of the reporting domain', async () => {
    const found = await judge(await signMail(reportMail(REPORTER), { domain: 'example.test' }))
    expect(found).toEqual({
      trust: 'authenticated',
      reason: 'signed by example.test (DKIM)',
      signatures: [
        {
          domain: 'example.test',
          selector: 'sel',
          result: 'pass',
          limitsBody: false,
          keyServices: [],
          aligned: true,
          reason: 'valid',
        },
      ],
    })
  })

  test.each([
    ['reports', ['tlsrpt']],
    ['both', ['email', 'tlsrpt']],
    ['mail', ['email']],
    ['any', ['*']],
  ])('may have a key for any service that covers reports; %s is shown', async (selector, keyServices) => {
    const found = await judge(await signMail(reportMail(REPORTER), { domain: 'example.test', selector }))
    expect(found.trust).toBe('authenticated')
    expect(found.signatures[0]).toMatchObject({ keyServices })
  })

  test('may come with others that prove nothing', async () => {
    const mail = reportMail(REPORTER)
    const once = await signMail(mail, { domain: 'example.test' })
    const found = await judge(await signMail(once, { domain: 'gateway.test' }))
    expect(found.trust).toBe('authenticated')
    expect(found.signatures.map(({ domain, aligned }) => [domain, aligned])).toEqual([
      ['gateway.test', false],
      ['example.test', true],
    ])
  })

  test('may be of a subdomain while the Submitter is the organization (Mail.ru)', async () => {
    const mail = reportMail({ from: 'tls@corp.example.test', submitter: 'example.test' })
    const found = await judge(await signMail(mail, { domain: 'corp.example.test' }), {
      contactInfo: 'tls@corp.example.test',
      submitter: 'example.test',
    })
    expect(found.trust).toBe('authenticated')
  })

  test('is found in a file whose lines end in LF', async () => {
    const mail = await signMail(reportMail(REPORTER), { domain: 'example.test' })
    expect((await judge(mail.replaceAll('\r\n', '\n'))).trust).toBe('authenticated')
  })

  test('needs no contact-info, and one without a domain does not count', async () => {
    const mail = await signMail(reportMail(REPORTER), { domain: 'example.test' })
    for (const contactInfo of ['', '+49 30 1234', 'postmaster']) {
      expect((await judge(mail, { ...CLAIMS, contactInfo })).trust).toBe('authenticated')
    }
  })
})

describe('untrusted is a mail', () => {
  const sign = () => signMail(reportMail(REPORTER), { domain: 'example.test' })

  test('without a signature', async () => {
    expect(await judge(reportMail(REPORTER))).toEqual({
      trust: 'untrusted',
      reason: 'the mail has no DKIM signature',
      signatures: [],
    })
  })

  test('with one byte of the body changed', async () => {
    const mail = (await sign()).replace(
      '"total-successful-session-count":5',
      '"total-successful-session-count":6',
    )
    const found = await judge(mail)
    expect(found).toMatchObject({ trust: 'untrusted', signatures: [{ result: 'fail', aligned: true }] })
    expect(found.reason).toContain('the body was changed after signing')
  })

  test('with one byte of a signed header field changed', async () => {
    const found = await judge((await sign()).replace('Subject: Report', 'Subject: Resort'))
    expect(found).toMatchObject({ trust: 'untrusted', signatures: [{ result: 'fail' }] })
  })

  test('whose signature leaves out the end of the body', async () => {
    const mail = reportMail(REPORTER)
    const body = mail.length - mail.indexOf('\r\n\r\n') - 4
    for (const maxBodyLength of [10, body]) {
      const found = await judge(await signMail(mail, { domain: 'example.test', maxBodyLength }))
      expect(found).toMatchObject({
        trust: 'untrusted',
        signatures: [{ result: 'permanent-error', limitsBody: true }],
      })
      expect(found.reason).toContain('l=')
    }
  })

  test('signed by another organization', async () => {
    const found = await judge(await signMail(reportMail(REPORTER), { domain: 'gateway.test' }))
    expect(found).toMatchObject({ trust: 'untrusted', signatures: [{ result: 'pass', aligned: false }] })
    expect(found.reason).toContain('From names example.test, another organization')
  })

  test.each([
    ['contact-info', { contactInfo: 'tls@google.test', submitter: 'example.test' }],
    ['TLS-Report-Submitter', { contactInfo: 'tls@example.test', submitter: 'google.test' }],
    ['TLS-Report-Submitter', { contactInfo: 'tls@example.test', submitter: '<script>' }],
  ])('that claims in %s to be by somebody else', async (place, claims) => {
    const found = await judge(await sign(), claims)
    expect(found.trust).toBe('untrusted')
    expect(found.reason).toContain(place)
  })

  test('of another customer of the same hoster', async () => {
    const mail = reportMail({ from: 'a@two.github.io' })
    const found = await judge(await signMail(mail, { domain: 'one.github.io' }), {
      contactInfo: '',
      submitter: 'two.github.io',
    })
    expect(found.trust).toBe('untrusted')
  })

  test('with two From fields, or a From of two organizations', async () => {
    expect((await judge(`From: <a@gateway.test>\r\n${await sign()}`)).reason).toContain('2 From fields')
    const both = reportMail(REPORTER).replace('<tls@example.test>', '<tls@example.test>, <x@gateway.test>')
    expect((await judge(await signMail(both, { domain: 'example.test' }))).trust).toBe('untrusted')
  })

  test.each(['files', 'revoked', 'missing'])('whose key is not to be used (%s)', async selector => {
    const found = await judge(await signMail(reportMail(REPORTER), { domain: 'example.test', selector }))
    expect(found).toMatchObject({ trust: 'untrusted', signatures: [{ result: 'permanent-error' }] })
    expect(isTemporary(found)).toBe(false)
  })

  test('whose signature expired before it came, not after', async () => {
    const mail = await signMail(reportMail(REPORTER), {
      domain: 'example.test',
      expires: new Date('2026-11-03T00:00:00Z'),
    })
    expect((await judge(mail)).trust).toBe('authenticated')
    const late = await authenticateMail(Buffer.from(mail), CLAIMS, world.dns, AT + 86_400_000)
    expect(late).toMatchObject({ trust: 'untrusted', signatures: [{ reason: 'expired' }] })
  })
})

describe('when DNS fails', () => {
  test('an aligned signature may be proved later', async () => {
    const mail = await signMail(reportMail(REPORTER), { domain: 'example.test' })
    const broken = await serveKeys({})
    await broken.server.close()
    try {
      const found = await authenticateMail(Buffer.from(mail), CLAIMS, broken.dns, AT)
      expect(found).toMatchObject({ trust: 'untrusted', signatures: [{ result: 'temporary-error' }] })
      expect(isTemporary(found)).toBe(true)
      const foreign = await authenticateMail(
        Buffer.from(mail),
        { ...CLAIMS, submitter: 'gateway.test' },
        broken.dns,
        AT,
      )
      expect(isTemporary(foreign)).toBe(false)
    } finally {
      broken.dns.close()
    }
  })
})

describe('hostile mails end at once', () => {
  const signature = (n: number) =>
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=s${n}; h=from; bh=AA==; b=AA==\r\n`

  test('signatures for parts of the body cost no hash each', async () => {
    const limited = Array.from({ length: 12 }, (_, n) => signature(n).replace('h=from', `h=from; L = ${n}`))
    const found = await judge(`${limited.join('')}From: <a@example.test>\r\n\r\n${' \r\n'.repeat(400_000)}`)
    expect(found.signatures).toHaveLength(12)
    expect(found.signatures.every(({ limitsBody }) => limitsBody)).toBe(true)
  })

  test.each([
    ['a header without end', 'a\n'.repeat(5_000_000)],
    ['a header of one line', `From: ${'x'.repeat(10_000_000)}`],
    [
      'thousands of signatures',
      `${Array.from({ length: 3000 }, (_, n) => signature(n)).join('')}From: <a@example.test>\r\n\r\nx`,
    ],
    ['nothing', ''],
    ['only line ends', '\n'.repeat(100_000)],
    ['NULs', '\0'.repeat(100_000)],
  ])('%s', async (_name, mail) => {
    expect((await judge(mail)).trust).toBe('untrusted')
  })

  test.each([
    ['bare line ends', '\n'],
    ['short lines', `${' x'.repeat(15)}\r\n`],
    ['spaces', ' '],
    ['spaces and line ends', ' \r\n'],
    ['carriage returns', '\r'],
    ['blanks and carriage returns', ' \r'],
  ])('a body of 10 MB of %s under as many signatures as are judged', async (_name, unit) => {
    const head = Array.from({ length: 12 }, (_, n) => signature(n)).join('')
    const mail = `${head}From: <a@example.test>\r\n\r\n${unit.repeat(10_000_000 / unit.length)}`
    expect((await judge(mail)).trust).toBe('untrusted')
  })
})
