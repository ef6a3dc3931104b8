import { describe, expect, it } from 'vitest'
import { CertificateFault } from './certificate-issues.ts'
import { checkCaa } from './check-caa.ts'
import { zoneLookup } from './testing/certificate-world.ts'

const accountUrl = 'https://ca.example/account/1'
const issue = (value: string) => ({ critical: false, tag: 'issue', value })

async function verdict(records: Readonly<Record<string, readonly unknown[] | 'failure'>>) {
  const zone = new Map(Object.entries(records).map(([name, values]) => [`${name} CAA`, values]))
  try {
    return await checkCaa(zoneLookup(zone), {
      host: 'mta-sts.example.com',
      identities: ['ca.example'],
      accountUrl,
    })
  } catch (error) {
    if (!(error instanceof CertificateFault)) throw error
    return error.code
  }
}

const all = { methods: undefined }

describe('CAA', () => {
  it.each([
    ['nothing anywhere', {}, all],
    ['at the host', { 'mta-sts.example.com': [issue('ca.example')] }, all],
    [
      'the nearest counts',
      { 'mta-sts.example.com': [issue('ca.example')], 'example.com': [issue(';')] },
      all,
    ],
    ['at the domain', { 'example.com': [issue('ca.example')] }, all],
    ['at the top-level domain', { com: [issue('other.example')] }, 'certificate/caa-forbids'],
    ['another authority', { 'example.com': [issue('other.example')] }, 'certificate/caa-forbids'],
    ['one of several', { 'example.com': [issue('other.example'), issue('CA.example')] }, all],
    ['nobody', { 'example.com': [issue(';')] }, 'certificate/caa-forbids'],
    ['nobody, in another way', { 'example.com': [issue('')] }, 'certificate/caa-forbids'],
    ['wildcards alone', { 'example.com': [{ critical: false, tag: 'issuewild', value: ';' }] }, all],
    [
      'mail alone',
      { 'example.com': [{ critical: false, tag: 'iodef', value: 'mailto:a@example.com' }] },
      all,
    ],
    [
      'something critical',
      { 'example.com': [issue('ca.example'), { critical: true, tag: 'tbs', value: 'x' }] },
      'certificate/caa-forbids',
    ],
    [
      'something strange',
      { 'example.com': [issue('ca.example'), { critical: false, tag: 'tbs', value: 'x' }] },
      all,
    ],
    ['parameters', { 'example.com': [issue(' ca.example ; a=1; b=2 ')] }, all],
    ['parameters that are none', { 'example.com': [issue('ca.example; a')] }, 'certificate/caa-forbids'],
    ['our account', { 'example.com': [issue(`ca.example; accounturi=${accountUrl}`)] }, all],
    [
      'another account',
      { 'example.com': [issue('ca.example; accounturi=https://ca.example/account/2')] },
      'certificate/caa-forbids',
    ],
    [
      'one way of proof',
      { 'example.com': [issue('ca.example; validationmethods=dns-01,tls-alpn-01')] },
      { methods: ['dns-01', 'tls-alpn-01'] },
    ],
    [
      'one way, and any way',
      { 'example.com': [issue('ca.example; validationmethods=dns-01'), issue('ca.example')] },
      all,
    ],
    ['no answer', { 'example.com': 'failure' }, 'certificate/caa-lookup-failed'],
    [
      'no answer that matters',
      { 'mta-sts.example.com': [issue('ca.example')], 'example.com': 'failure' },
      all,
    ],
  ] as const)('%s', async (_what, records, expected) => {
    expect(await verdict(records)).toEqual(expected)
  })
})
