// The story of an attack, to be read from top to bottom: each step finds what the one before left behind.
import type { Attacker } from '@sternpost/lab'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTFIX_310_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { createDaemon, type Daemon, SOCKETMAP_ADDRESS, SOCKETMAP_PORT } from './harness/daemon.ts'
import { type Ground, startGround } from './harness/ground.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'
import { postfixReasons } from './harness/postfix-reasons.ts'
import { waitFor } from './harness/root-process.ts'
import { SECRET_LINE } from './harness/smtp-submit.ts'

const OPEN = 'open.insecure.test'
const ENFORCED = 'enforced.insecure.test'
const TESTING = 'testing.insecure.test'
const DANE = 'dane.secure.test'
const ROLLED = 'rolled.insecure.test'

let ground: Ground
let daemon: Daemon
let postfix: Postfix

beforeAll(async () => {
  ground = await startGround({
    domains: {
      [OPEN]: {},
      [ENFORCED]: { policy: { mode: 'enforce' } },
      [TESTING]: { policy: { mode: 'testing' } },
      [DANE]: { mx: { 'mx.dane.secure.test': { tlsa: ['3 1 1'] } } },
      [ROLLED]: { policy: { mode: 'enforce', mx: ['mx.old.insecure.test'], id: 'old' } },
    },
  })
  daemon = createDaemon({ caPem: ground.lab.ca.caPem })
  await daemon.start()
  postfix = await startPostfix({
    root: rootsOfGround().trixie,
    address: POSTFIX_310_ADDRESS,
    caPem: ground.lab.ca.caPem,
    settings: {
      smtp_tls_policy_maps: `socketmap:inet:${SOCKETMAP_ADDRESS}:${SOCKETMAP_PORT}:postfix310`,
    },
  })
})
afterAll(async () => {
  await postfix?.stop()
  await daemon?.dispose()
  await ground?.stop()
})

async function attack(domain: string, mode: Parameters<Ground['lab']['attack']>[1]): Promise<Attacker> {
  const [attacker] = await ground.lab.attack(domain, mode)
  if (attacker === undefined) throw new Error(`${domain} has no MX host to attack`)
  return attacker
}

/** All the attacker read, in clear or by its own TLS, on the connections made since `from`. */
function readBy(attacker: Attacker, from: number): { readonly mail: string; readonly envelope: string[] } {
  const sessions = attacker.sessions().slice(from)
  return {
    mail: sessions.flatMap(({ messages }) => messages.map(({ content }) => content)).join('\n'),
    envelope: sessions.flatMap(({ commands }) =>
      commands.map(({ line }) => line).filter(line => /^(?:MAIL|RCPT|DATA|BDAT)\b/i.test(line)),
    ),
  }
}

async function expectKeptFrom(attacker: Attacker, domain: string, reason: RegExp): Promise<string> {
  const from = attacker.sessions().length
  const outcome = await postfix.deliver(domain)
  expect(outcome).toMatchObject({ status: 'deferred', relay: undefined })
  expect(outcome.lines.join('\n')).toMatch(reason)
  expect(attacker.sessions().length).toBeGreaterThan(from)
  expect(readBy(attacker, from)).toEqual({ mail: '', envelope: [] })
  return outcome.queueId
}

describe('before the attack', () => {
  it('opportunistic TLS encrypts mail to a domain that promises nothing', async () => {
    expect(await postfix.deliver(OPEN)).toMatchObject({ status: 'sent', tls: 'trusted' })
  })

  it('a policy and TLSA records have the host prove itself', async () => {
    expect(await postfix.deliver(ENFORCED)).toMatchObject({ status: 'sent', tls: 'verified' })
    expect(await postfix.deliver(DANE)).toMatchObject({ status: 'sent', tls: 'verified' })
    expect(await postfix.deliver(TESTING)).toMatchObject({ status: 'sent', tls: 'trusted' })
  })

  it('a domain whose policy names a host it does not use any more gets no mail', async () => {
    expect(await postfix.deliver(ROLLED)).toMatchObject({ status: 'deferred' })
  })
})

describe('an attacker on the wire', () => {
  it.each(['strip', '454'] as const)(
    '%s: mail without a promise goes out in clear and is read',
    async mode => {
      const attacker = await attack(OPEN, mode)
      const from = attacker.sessions().length
      expect(await postfix.deliver(OPEN)).toMatchObject({ status: 'sent', tls: 'none' })
      expect(readBy(attacker, from).mail).toContain(SECRET_LINE)
    },
  )

  it('reads mail without a promise through its own certificate too', async () => {
    const attacker = await attack(OPEN, 'intercept-untrusted')
    const from = attacker.sessions().length
    expect(await postfix.deliver(OPEN)).toMatchObject({ status: 'sent', tls: 'untrusted' })
    expect(readBy(attacker, from).mail).toContain(SECRET_LINE)
  })

  it('mode testing does not stop it either', async () => {
    const attacker = await attack(TESTING, 'strip')
    const from = attacker.sessions().length
    expect(await postfix.deliver(TESTING)).toMatchObject({ status: 'sent', tls: 'none' })
    expect(readBy(attacker, from).mail).toContain(SECRET_LINE)
  })

  it.each([
    ['MTA-STS', ENFORCED],
    ['DANE', DANE],
  ])('%s: STARTTLS taken away, the mail stays and not even its envelope is said', async (_, domain) => {
    await expectKeptFrom(await attack(domain, 'strip'), domain, postfixReasons.notOffered)
  })

  it.each([
    ['MTA-STS', ENFORCED],
    ['DANE', DANE],
  ])('%s: after 454 nothing is said but QUIT', async (_, domain) => {
    const attacker = await attack(domain, '454')
    await expectKeptFrom(attacker, domain, postfixReasons.refused)
    expect(new Set(attacker.commandsAfterRefusal().map(line => line.trim().toUpperCase()))).toEqual(
      new Set(['QUIT']),
    )
  })

  it.each([
    ['MTA-STS', 'intercept-untrusted', ENFORCED, postfixReasons.untrustedIssuer],
    ['MTA-STS', 'intercept-wrong-name', ENFORCED, postfixReasons.hostName],
    ['DANE', 'intercept-untrusted', DANE, postfixReasons.noTlsaMatch],
    ['DANE', 'intercept-wrong-name', DANE, postfixReasons.noTlsaMatch],
  ] as const)('%s: %s, the mail stays', async (_, mode, domain, reason) => {
    await expectKeptFrom(await attack(domain, mode), domain, reason)
  })
})

describe('the attacker hides the policy too', () => {
  let attacker: Attacker
  let kept: string

  beforeAll(async () => {
    attacker = await attack(ENFORCED, 'strip')
    ground.lab.domain(ENFORCED).setPolicyFault({ kind: 'hang', at: 'tls' })
    await ground.names.block(`_mta-sts.${ENFORCED}`, 'always_nxdomain')
    // Meanwhile an honest domain moves: first the policy, then the id that announces it.
    ground.lab.rollPolicy(ROLLED, { mode: 'enforce', mx: [`mx.${ROLLED}`] }, 'new')
    await ground.publish()
  })

  it('the policy in force holds', async () => {
    kept = await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
  })

  it('it holds after the daemon was restarted', async () => {
    await daemon.stop()
    await daemon.start()
    await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
  })

  it('it holds after the daemon was killed', async () => {
    await daemon.kill()
    await daemon.start()
    await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
  })

  it('it holds when DNS answers nothing at all to the daemon', async () => {
    await ground.names.block(`_mta-sts.${ENFORCED}`, 'always_deny')
    await daemon.stop()
    await daemon.start()
    await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
    await ground.names.block(`_mta-sts.${ENFORCED}`, 'always_nxdomain')
  })

  it('while Postfix gets no answer from the daemon, mail waits', async () => {
    await daemon.stop()
    const outcome = await postfix.deliver(ENFORCED)
    expect(outcome).toMatchObject({ status: 'deferred', relay: undefined })
    await daemon.start()
  })

  // The record of a policy in use is looked at every minute.
  it('the daemon notices, says so, and the policy still holds', { timeout: 150_000 }, async () => {
    await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
    await waitFor(
      () => (/record-removed/.test(daemon.output()) ? true : undefined),
      () => `no word of the lost record:\n${daemon.output()}`,
      120_000,
    )
    await expectKeptFrom(attacker, ENFORCED, postfixReasons.notOffered)
  })

  it('when the attacker has gone, the mail that was kept is delivered to the proven host', async () => {
    await attack(ENFORCED, 'off')
    await postfix.retry(kept)
    expect(await postfix.outcome(kept)).toMatchObject({
      status: 'sent',
      tls: 'verified',
      relay: `mx.${ENFORCED}`,
    })
  })
})

describe('meanwhile, an honest change', () => {
  it('the new policy of a domain that rolled its id is used', { timeout: 150_000 }, async () => {
    await waitFor(
      async () => ((await postfix.deliver(ROLLED)).status === 'sent' ? true : undefined),
      () => `the new id was not noticed:\n${daemon.output()}`,
      120_000,
    )
    expect(await postfix.deliver(ROLLED)).toMatchObject({ status: 'sent', tls: 'verified' })
  })
})
