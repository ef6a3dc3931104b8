import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { certificateFacts, dnsNamesOf } from './certificate-facts.ts'
import { createThrowawayCa, dnsNames } from './testing/throwaway-ca.ts'

describe('certificateFacts', () => {
  test('says what the certificate says', async () => {
    const ca = await createThrowawayCa('Root, of tests')
    const { cert } = await ca.issue({
      subject: 'CN=mta-sts.example.test, O=Example',
      names: [...dnsNames('mta-sts.example.test', '*.example.test'), { type: 'ip', value: '192.0.2.1' }],
      notBefore: Date.UTC(2026, 0, 2, 3, 4, 5),
      notAfter: Date.UTC(2027, 5, 30),
    })
    const certificate = new X509Certificate(cert)
    const facts = certificateFacts(certificate)
    expect(facts).toEqual({
      subject: 'CN=mta-sts.example.test, O=Example',
      issuer: expect.stringContaining('Root'),
      dnsNames: ['mta-sts.example.test', '*.example.test'],
      notBefore: Date.UTC(2026, 0, 2, 3, 4, 5),
      notAfter: Date.UTC(2027, 5, 30),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      chain: ['CN=mta-sts.example.test, O=Example'],
    })
    expect(facts.fingerprint).toBe(certificate.fingerprint256.toLowerCase().replaceAll(':', ''))
  })

  test('has no names where there are none', async () => {
    const ca = await createThrowawayCa()
    const { cert } = await ca.issue({ subject: 'CN=mta-sts.example.test' })
    expect(certificateFacts(new X509Certificate(cert)).dnsNames).toEqual([])
  })

  test('keeps a name that looks like a list as one name', async () => {
    const ca = await createThrowawayCa()
    const names = [
      'a.example, DNS:b.example',
      'c", DNS:"d.example',
      'e\\", DNS:f.example',
      'g\0.example',
      'h.example',
    ]
    const { cert } = await ca.issue({ names: dnsNames(...names) })
    expect(certificateFacts(new X509Certificate(cert)).dnsNames).toEqual(names)
  })
})

describe('dnsNamesOf', () => {
  test.each([
    [undefined, []],
    ['', []],
    ['DNS:a.example', ['a.example']],
    ['DNS:a.example, IP Address:192.0.2.1, DNS:b.example', ['a.example', 'b.example']],
    ['URI:https://DNS:a.example/, email:x@DNS', []],
    ['URI:"x, DNS:a.example", DNS:b.example', ['b.example']],
    ['DirName:"CN = \\", DNS:a.example", DNS:b.example', ['b.example']],
    ['DNS:"broken', []],
  ])('%j', (text, names) => {
    expect(dnsNamesOf(text)).toEqual(names)
  })
})
