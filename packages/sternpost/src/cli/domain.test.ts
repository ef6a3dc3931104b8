import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDnsServer, type DnsServer, zone } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSteadyClock } from '../base/index.ts'
import { PublishStore } from '../publish/index.ts'
import { Store } from '../store/index.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
let dns: DnsServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-domain-'))
  const source = zone({
    'example.com': { MX: ['20 mx2.example.com', '10 mx1.example.com', '10 mx.example.net'] },
    'lists.example.com': { MX: '10 mx1.example.com' },
    'implicit.example': { A: '192.0.2.1' },
    'parked.example': { MX: '0 .' },
    'hosted.example': { MX: '0 hosted-example.mail.protection.outlook.com' },
    'broken.example': { fault: 'servfail' },
  })
  dns = await createDnsServer({ address: '127.0.0.1', port: 0, source })
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `data: data
dns: { resolvers: ['127.0.0.1:${dns.port}'], timeout: 500ms }
publish: { dns: { policyHost: ['192.0.2.9', '2001:db8::9'] } }
log: { level: silent }
`,
  )
})
afterEach(async () => {
  await dns.close()
  rmSync(folder, { recursive: true })
})

const run = (...argv: string[]) => runSternpost(folder, ['domain', ...argv])

async function shown(domain: string) {
  return JSON.parse((await run('show', domain, '--json')).out) as {
    wanted: { mode: string; maxAgeSeconds: number; mxHostPatterns: string[]; text: string }
    tlsRptRua: string[]
    delegation: string
    bimi: unknown
    tlsa: unknown[]
    servedPolicyId: string
    versions: { policyId: string; text: string; firstServedAt: string | null }[]
  }
}

/** What the roll-out does in the end: a policy in mode enforce is served. */
async function enforce(name: string): Promise<void> {
  const clock = createSteadyClock()
  const store = new Store({ dataDir: join(folder, 'data'), clock, onNotice: () => {} })
  await store.open()
  const publish = new PublishStore(store, clock)
  const domain = name as DomainName
  const { wanted } = (await publish.get(domain))!
  const { policyId } = await publish.newVersion(domain, { ...wanted, mode: 'enforce' })
  await publish.serve(domain, policyId)
  await store.close()
}

describe('domain add', () => {
  test('takes the MX hosts of today by name, serves in testing, and says what to publish', async () => {
    const { out, code } = await run('add', 'Example.COM.', '--rua', 'tls@example.com')
    expect(code).toBe(0)
    const { wanted, servedPolicyId, versions } = await shown('example.com')
    expect(wanted).toMatchObject({
      mode: 'testing',
      maxAgeSeconds: 604_800,
      mxHostPatterns: ['mx1.example.com', 'mx.example.net', 'mx2.example.com'],
    })
    expect(servedPolicyId).toMatch(/^20[0-9]{12}$/)
    expect(versions).toMatchObject([{ policyId: servedPolicyId, text: wanted.text }])
    expect(out).toContain(`_mta-sts.example.com. 3600 IN TXT "v=STSv1; id=${servedPolicyId};"`)
    expect(out).toContain('_smtp._tls.example.com. 3600 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.com;"')
    expect(out).not.toContain('no reports come')
    expect(out).toContain('mta-sts.example.com. 3600 IN A 192.0.2.9')
    expect(out).toContain('mta-sts.example.com. 3600 IN AAAA 2001:db8::9')
    expect(out.replace(/\s+/g, ' ')).toContain('lists.example.com has MX hosts of its own')
    expect(out.split('\n').every(line => line.length <= 80)).toBe(true)
  })

  test('says without --rua that no reports come, and how they do', async () => {
    const out = (await run('add', 'example.com')).out.replaceAll(/\s+/g, ' ')
    expect(out).toContain('Without a TLS-RPT record no reports come')
    expect(out).toContain('domain set example.com --rua')
  })

  test('takes wildcards and presets only when they are asked for', async () => {
    await run('add', 'example.com', '--from-mx', '--wildcards')
    expect((await shown('example.com')).wanted.mxHostPatterns).toEqual(['*.example.com', 'mx.example.net'])
    const byName = await run('add', 'hosted.example')
    expect((await shown('hosted.example')).wanted.mxHostPatterns).toEqual([
      'hosted-example.mail.protection.outlook.com',
    ])
    expect(byName.out).toContain('Microsoft 365')
    await run('add', 'other.example', '--preset', 'microsoft')
    expect((await shown('other.example')).wanted.mxHostPatterns).toEqual(['*.mail.protection.outlook.com'])
    expect(await run('add', 'x.example', '--preset', 'nobody')).toMatchObject({ code: 2 })
  })

  test('knows a domain without MX records, warns of a host left out, and keeps what is there', async () => {
    await run('add', 'implicit.example')
    expect((await shown('implicit.example')).wanted.mxHostPatterns).toEqual(['implicit.example'])
    const partly = await run('add', 'example.com', '--mx', 'mx1.example.com,mx.example.net')
    expect(partly.out).toContain('Warning: mx2.example.com is not covered by the policy.')
    expect(await run('add', 'example.com')).toMatchObject({ code: 1, out: '' })
  })

  test.each([
    ['parked.example', 1, 'takes no mail'],
    ['nothing.example', 1, 'does not exist in DNS'],
    ['broken.example', 3, 'cannot be told now'],
    ['not a name', 2, 'is no domain name'],
  ])('%s ends with %d', async (domain, code, words) => {
    const ran = await run('add', domain)
    expect(ran.code).toBe(code)
    expect(ran.err).toContain(words)
    expect((await run('list')).out).toBe('No domain is published here.\n')
  })

  test.each([
    [['--mode', 'enforce'], 'roll-out'],
    [['--max-age', '2y'], 'max_age'],
    [['--max-age', '31557601'], 'max_age'],
    [['--mx', 'mx*.example.com'], 'neither a host name'],
    [['--mx', '192.0.2.1'], 'IP address'],
    [['--rua', 'ftp://example.com/'], 'RFC 8460'],
    [['--rua', 'mailto:a@example.com!10m'], '%21'],
    [['--delegation', 'both'], 'none of direct, cname'],
    [['--tlsa', 'mx1.example.com 3 1 z'], 'TLSA record'],
    [['--bimi', 'http://example.com/logo.svg'], 'https'],
    [['--dns-writer', 'Main!'], 'no name of a DNS writer'],
  ])('refuses %j', async (options, words) => {
    const ran = await run('add', 'example.com', '--mx', 'mx1.example.com', ...options)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(words)
  })
})

describe('domain set', () => {
  test('changes what is wanted and leaves what is served to the roll-out', async () => {
    await run('add', 'example.com', '--id-form', 'daily')
    const { out } = await run(
      ...['set', 'example.com', '--mx', 'mx9.example.com', '--max-age', '14d', '--delegation', 'cname'],
      ...['--rua', 'https://example.com/v1/tlsrpt', '--bimi', 'https://example.com/logo.svg'],
      ...['--tlsa', 'mx9.example.com 3 1 1 '.concat('00'.repeat(32))],
    )
    expect(out).toContain('Senders still get policy 20')
    const after = await shown('example.com')
    expect(after).toMatchObject({
      wanted: { maxAgeSeconds: 1_209_600, mxHostPatterns: ['mx9.example.com'] },
      tlsRptRua: ['https://example.com/v1/tlsrpt'],
      delegation: 'cname',
      bimi: { selector: 'default', location: 'https://example.com/logo.svg', evidence: '' },
    })
    expect(after.tlsa).toHaveLength(1)
    expect(after.versions).toHaveLength(1)
    await run('set', 'example.com', '--no-rua', '--no-bimi', '--no-tlsa')
    expect(await shown('example.com')).toMatchObject({ tlsRptRua: [], bimi: null, tlsa: [] })
    expect(await run('set', 'example.com', '--mode', 'none')).toMatchObject({ code: 2 })
    expect(await run('set', 'example.org', '--max-age', '7d')).toMatchObject({ code: 1 })
  })
})

describe('domain remove', () => {
  test('is refused while a sender may hold a policy in mode enforce, but for a reason', async () => {
    await run('add', 'example.com')
    await enforce('example.com')
    const refused = await run('remove', 'example.com')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/caches forget the last policy in mode enforce by 20/)
    expect(await run('remove', 'example.com', '--force', ' ')).toMatchObject({ code: 2 })
    expect((await run('remove', 'example.com', '--force', 'the domain was sold')).code).toBe(0)
    expect(await run('show', 'example.com')).toMatchObject({ code: 1 })
    expect((await run('remove', 'example.com')).code).toBe(1)
    const { out } = await runSternpost(folder, ['rollout', 'example.com', '--json'])
    const { stage, history } = JSON.parse(out)
    expect(stage).toBe('removed')
    expect(history).toMatchObject([{ kind: 'removed', to: 'removed', reason: 'the domain was sold' }])
  })

  test('goes at once while everything served was testing', async () => {
    await run('add', 'example.com')
    expect((await run('remove', 'example.com')).code).toBe(0)
  })
})

describe('domain import and export', () => {
  test('adds the good lines, tells the bad ones with their numbers, and can be done twice', async () => {
    const file = join(folder, 'domains.csv')
    writeFileSync(
      file,
      [
        'domain,mx,max_age,rua,mode',
        'one.example,mx1.one.example *.mx.one.example,14d,tls@one.example https://one.example/tls,',
        '# a remark',
        'example.com,,,,',
        'not a name,mx.example.com,,,',
        '"two.example","mx.two.example",7d,,none',
        'two.example,mx.two.example,,,',
        'three.example,mx.three.example,,,enforce',
        'nothing.example,,,,',
        'short',
        '',
      ].join('\r\n'),
    )
    const first = await run('import', file)
    expect(first.code).toBe(1)
    expect(first.out).toMatch(/^3 domains added, 5 bad lines in /)
    expect(first.err.match(/(?<=: )line [0-9]+/g)).toEqual([
      'line 5',
      'line 7',
      'line 8',
      'line 9',
      'line 10',
    ])
    expect((await shown('one.example')).wanted.mxHostPatterns).toEqual([
      'mx1.one.example',
      '*.mx.one.example',
    ])
    expect((await shown('example.com')).wanted.mxHostPatterns).toHaveLength(3)
    const second = await run('import', file)
    expect(second.out).toMatch(/^0 domains added, 3 were here already and stay as they are, 5 bad lines/)
    writeFileSync(file, 'domain,max_age\none.example,30d\n')
    expect((await run('import', file, '--update')).out).toMatch(/^0 domains added/)
  })

  test('adds nothing where all or nothing is asked for and a line is bad', async () => {
    const file = join(folder, 'domains.csv')
    writeFileSync(file, 'domain,mx\none.example,mx.one.example\nbad,mx\n')
    expect((await run('import', file, '--all-or-nothing')).code).toBe(1)
    expect((await run('list')).out).toBe('No domain is published here.\n')
    expect((await run('import', file, '--dry-run')).out).toMatch(/^1 domain could be added, 1 bad line/)
    for (const text of ['', 'name\nexample.com\n', 'domain,colour\n', 'domain,domain\n', 'domain\n"open\n']) {
      writeFileSync(file, text)
      expect(await run('import', file)).toMatchObject({ code: 2, out: '' })
    }
    expect(await run('import', join(folder, 'missing.csv'))).toMatchObject({ code: 2 })
  })

  test('takes in 10,000 domains, and gives out what it takes in', async () => {
    const file = join(folder, 'domains.csv')
    const lines = Array.from({ length: 10_000 }, (_, index) => `d${index}.example,mx.d${index}.example`)
    writeFileSync(file, `domain,mx\n${lines.join('\n')}\n`)
    expect(await run('import', file)).toMatchObject({ code: 0, err: '' })
    const { out } = await run('export')
    expect(out.split('\n')).toHaveLength(10_002)
    writeFileSync(file, out)
    expect((await run('import', file)).out).toMatch(/^0 domains added, 10,000 were here already/)
    const page = await run('list', '--limit', '2')
    expect(page.out).toContain('More: add --after d1.example')
  }, 60_000)

  test('writes static files of what is served', async () => {
    await run('add', 'example.com')
    await run('add', 'other.example', '--mx', 'mx.other.example')
    const site = join(folder, 'site')
    expect((await run('export', '--static', site)).out).toContain('2 policies written')
    const file = join(site, 'mta-sts.example.com/.well-known/mta-sts.txt')
    expect(readFileSync(file, 'latin1')).toBe((await shown('example.com')).versions[0]?.text)
    await run('remove', 'other.example')
    expect((await run('export', '--static', site)).out).toContain('1 was taken')
    expect(existsSync(join(site, 'mta-sts.other.example'))).toBe(false)
  })
})
