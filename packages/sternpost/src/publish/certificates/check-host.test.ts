import { describe, expect, it } from 'vitest'
import { CertificateFault } from './certificate-issues.ts'
import { checkHost } from './check-host.ts'
import { zoneLookup } from './testing/certificate-world.ts'

const HOST = 'mta-sts.example.com'
const reach = { addresses: ['192.0.2.1', '2001:DB8:0::1'], names: [] }

async function verdict(
  records: Readonly<Record<string, readonly string[] | 'failure'>>,
  where: { readonly addresses: readonly string[]; readonly names: readonly string[] } = reach,
): Promise<string> {
  try {
    await checkHost(zoneLookup(new Map(Object.entries(records))), HOST, where)
    return 'ours'
  } catch (error) {
    if (!(error instanceof CertificateFault)) throw error
    return error.code
  }
}

const nowhere = { addresses: [], names: [] }

describe('a host', () => {
  it.each([
    ['nothing in DNS', {}, reach, 'certificate/host-not-found'],
    ['our address', { [`${HOST} A`]: ['192.0.2.1'] }, reach, 'ours'],
    ['our address, written otherwise', { [`${HOST} AAAA`]: ['2001:db8::1'] }, reach, 'ours'],
    ['another', { [`${HOST} A`]: ['192.0.2.9'] }, reach, 'certificate/host-elsewhere'],
    [
      'one of ours and another',
      { [`${HOST} A`]: ['192.0.2.1'], [`${HOST} AAAA`]: ['2001:db8::9'] },
      reach,
      'certificate/host-elsewhere',
    ],
    ['no answer', { [`${HOST} A`]: 'failure' }, reach, 'certificate/host-lookup-failed'],
    ['any, where nothing is set', { [`${HOST} A`]: ['192.0.2.9'] }, nowhere, 'ours'],
    ['none, where nothing is set', {}, nowhere, 'certificate/host-not-found'],
    [
      'the addresses of our name, without a CNAME',
      { [`${HOST} A`]: ['192.0.2.7'], 'policies.example.net A': ['192.0.2.7'] },
      { addresses: [], names: ['policies.example.net'] },
      'ours',
    ],
    [
      'other addresses than those of our name',
      { [`${HOST} A`]: ['192.0.2.9'], 'policies.example.net A': ['192.0.2.7'] },
      { addresses: [], names: ['policies.example.net'] },
      'certificate/host-elsewhere',
    ],
  ] as const)('with %s', async (_what, records, where, expected) => {
    expect(await verdict(records, where)).toBe(expected)
  })
})
