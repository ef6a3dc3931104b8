import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { labCertificateAuthority } from '@sternpost/lab'
import { createSmtpProber, type SmtpObservation } from '@sternpost/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTFIX_37_ADDRESS, POSTFIX_310_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'

const roots = rootsOfGround()
const versions = [
  { version: '3.10', root: roots.trixie, address: POSTFIX_310_ADDRESS },
  { version: '3.7', root: roots.bookworm, address: POSTFIX_37_ADDRESS },
]
const mxHost = 'mx.example.test'

describe.each(versions)('a probe of a real MX host: Postfix $version', ({ root, address }) => {
  let postfix: Postfix
  let seen: SmtpObservation
  let elsewhere: SmtpObservation
  /** Scenarios before this one wrote into the same log. */
  let logBefore = 0
  beforeAll(async () => {
    const ca = await labCertificateAuthority()
    const leaf = await ca.issue({ names: [mxHost], intermediate: true })
    const chainFile = `${SCRATCH}/probe-chain-${address}.pem`
    writeFileSync(join(root, chainFile), `${leaf.keyPem}${leaf.chainPem}`)
    postfix = await startPostfix({
      root,
      address,
      caPem: ca.caPem,
      settings: {
        smtpd_tls_security_level: 'may',
        smtpd_tls_chain_files: chainFile,
        smtpd_tls_loglevel: '1',
        // Nobody is trusted here, so that strangers' domains are refused as on the Internet.
        mynetworks: '',
        smtpd_relay_restrictions: 'reject_unauth_destination',
        relay_domains: 'example.test',
      },
    })
    logBefore = postfix.log().length
    const prober = createSmtpProber({
      heloName: 'probe.example.net',
      ca: [ca.caPem],
      allowAddresses: ['127.0.0.0/8'],
    })
    seen = await prober.probe({ mxHost, address, recipient: 'reports@example.test' })
    elsewhere = await prober.probe({
      mxHost,
      address,
      recipient: 'somebody@elsewhere.test',
      tryServerNames: false,
      tryTlsVersions: false,
      tryInjection: false,
    })
  })
  afterAll(() => postfix.stop())

  it('finds it healthy: greeting, STARTTLS, the whole chain, and which TLS versions it has', () => {
    expect(seen.fault).toBeUndefined()
    expect(seen).toMatchObject({
      greeting: { code: 220 },
      startTlsOffered: true,
      tls: { version: 'TLSv1.3', chain: { valid: true, certificatesTotal: 2, faults: [] } },
      trials: {
        withoutServerName: { kind: 'done', tls: { chain: { valid: true } } },
        otherServerName: { kind: 'done', tls: { chain: { valid: true } } },
        tlsVersions: { 'TLSv1.2': { kind: 'offered' }, 'TLSv1.3': { kind: 'offered' } },
        recipient: { overTls: true, verdict: 'accepted' },
      },
    })
    expect(seen.capabilities).toContain('STARTTLS')
    expect(seen.capabilitiesAfterTls).not.toContain('STARTTLS')
  })

  it('tells a recipient it takes from one it does not', () => {
    expect(elsewhere.trials.recipient).toMatchObject({
      verdict: 'refused',
      rcpt: { code: 554, enhancedCode: '5.7.1' },
    })
  })

  it('sees that what is sent in clear behind STARTTLS comes to nothing', () => {
    expect(['discarded', 'refused']).toContain(seen.trials.injection.kind)
  })

  it('leaves no mail behind, and a log that says who it was and that it took leave', () => {
    const log = postfix.log().slice(logBefore)
    expect(log).not.toMatch(/postfix\/(cleanup|qmgr)\[\d+\]: .*message-id/)
    expect(log).not.toContain('lost connection after CONNECT')
    expect(log).toMatch(/disconnect from .*ehlo=2 starttls=1 mail=1 rcpt=1 rset=1 quit=1/)
  })
})
