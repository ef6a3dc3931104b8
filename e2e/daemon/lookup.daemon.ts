// `sternpost lookup` as a person types it, with and without a daemon beside it.
import { createLab, type Lab } from '@sternpost/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeArguments, runCommand } from '../../tools/suite.ts'
import { DaemonProcess } from './daemon-process.ts'
import { askOnce } from './socketmap-client.ts'

let lab: Lab
let daemon: DaemonProcess

beforeAll(async () => {
  lab = await createLab({
    domains: {
      'enforced.test': { policy: { mode: 'enforce', id: 'first' } },
      'signed.test': { dnssec: 'secure', mx: { 'mx.signed.test': { tlsa: ['3 1 1'] } } },
      'expired.test': { policy: { certificate: 'expired' } },
      'bogus.test': { dnssec: 'bogus' },
    },
  })
  daemon = new DaemonProcess({ lab, signedName: 'signed.test' })
})

afterAll(async () => {
  await daemon.dispose()
  await lab.close()
})

async function lookup(...args: string[]) {
  const script = nodeArguments('packages/sternpost/src/main.ts')
  const options = ['--config', daemon.configFile, '--data', daemon.dataDir]
  return await runCommand(process.execPath, [...script, 'lookup', ...options, ...args], {
    env: { FORCE_COLOR: '' },
  })
}

test('without a daemon it says what a daemon would say, and every step with --explain', async () => {
  const { code, output } = await lookup('Enforced.TEST.', '--explain')
  expect(code).toBe(0)
  expect(output).toContain('policy first, mode enforce, mx mx.enforced.test (fetched now)')
  expect(output).toContain('secure match=mx.enforced.test servername=hostname policy_type=sts')
  expect(output).toMatch(/_mta-sts\.enforced\.test TXT {2}v=STSv1; id=first; \[insecure, TTL \d+\]/)
  expect(output).toMatch(/certificate for mta-sts\.enforced\.test/)
  expect(output).toContain('none answers at')
})

test('DANE is shown record by record', async () => {
  const { code, output } = await lookup('signed.test', '--explain')
  expect(code).toBe(0)
  expect(output).toMatch(/Postfix +dane-only/)
  expect(output).toMatch(/mx\.signed\.test {2}3 1 1 [0-9a-f]{64} {2}usable/)
  expect((await lookup('signed.test', '--json')).output).toMatch(
    /"matchingType":"SHA2-256","data":"[0-9a-f]{64}"/,
  )
})

test('what is wrong with a policy host is said, and that mail goes without a promise', async () => {
  const { code, output } = await lookup('expired.test')
  expect(code).toBe(0)
  expect(output).toMatch(/certificate .* has expired/)
  expect(output).toContain('not found: Postfix uses smtp_tls_security_level')
})

test('bogus DNS has mail wait and the exit code says "could not tell"', async () => {
  const { code, output } = await lookup('bogus.test')
  expect(code).toBe(3)
  expect(output).toContain('TEMP: Postfix waits and tries again')
})

test('what is no destination is a usage error', async () => {
  const { code, output } = await lookup('192.0.2.1')
  expect(code).toBe(2)
  expect(output).toContain('no policy can belong to it')
})

test('beside a daemon it shows what that one answers, what it has cached and its history, also as JSON', async () => {
  await daemon.start()
  expect(await askOnce(daemon.socket, 'enforced.test')).toMatch(/^OK secure/)
  expect((await lookup('enforced.test')).output).toContain('answers the same')

  lab.rollPolicy('enforced.test', { mode: 'testing' }, 'second')
  const differing = await lookup('enforced.test')
  expect(differing.output).toContain('policy second, mode testing')
  expect(differing.output).toMatch(/Daemon +the one at .* answers secure match=mx\.enforced\.test/)

  const { output } = await lookup('enforced.test', '--json')
  const report = JSON.parse(output)
  expect(report).toMatchObject({
    nextHop: 'enforced.test',
    decision: { action: 'no-promise', rule: 'mta-sts-testing' },
    mtaSts: { cached: { policyId: 'first' }, state: { policyId: 'second' } },
    daemon: { kind: 'answered', reply: { kind: 'found' } },
    events: [{ kind: 'policy-found' }],
  })
  expect(await daemon.stop()).toBe(0)
})
