import { labCertificateAuthority } from '@sternpost/lab'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenDaneZones, daneDestinations } from './destinations-dane.ts'
import { brokenMtaStsZones, mtaStsDestinations } from './destinations-mta-sts.ts'
import { POSTFIX_37_ADDRESS, POSTFIX_310_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { createDaemon, type Daemon, SOCKETMAP_ADDRESS, SOCKETMAP_PORT } from './harness/daemon.ts'
import type { Destination } from './harness/destination.ts'
import { type Ground, startGround } from './harness/ground.ts'
import { type Postfix, startPostfix } from './harness/postfix.ts'
import type { DeliveryOutcome } from './harness/postfix-log.ts'

const destinations = [...daneDestinations, ...mtaStsDestinations]
const { trixie, bookworm } = rootsOfGround()
const versions = [
  { version: '3.10', root: trixie, address: POSTFIX_310_ADDRESS, map: 'postfix310' },
  { version: '3.7', root: bookworm, address: POSTFIX_37_ADDRESS, map: 'postfix34' },
] as const

let ground: Ground
let daemon: Daemon

beforeAll(async () => {
  ground = await startGround({
    domains: Object.fromEntries(
      destinations.flatMap(({ domain, spec }) => (spec === undefined ? [] : [[domain, spec]])),
    ),
    zones: [...brokenDaneZones, ...brokenMtaStsZones],
    arrange(lab) {
      for (const { arrange } of destinations) arrange?.(lab)
    },
  })
  daemon = createDaemon({ caPem: ground.lab.ca.caPem })
  await daemon.start()
})
afterAll(async () => {
  await daemon?.dispose()
  await ground?.stop()
})

it('the table has at least 40 destinations, each under a name of its own', () => {
  expect(destinations.length).toBeGreaterThanOrEqual(40)
  expect(new Set(destinations.map(({ domain }) => domain)).size).toBe(destinations.length)
})

describe.each(versions)('Postfix $version asks Sternpost', ({ version, root, address, map }) => {
  let postfix: Postfix
  const queueIds = new Map<string, string>()
  /** Messages that were there before this Postfix sent its own. */
  const receivedBefore = new Map<string, number>()

  beforeAll(async () => {
    const routes = destinations.flatMap(({ domain, nextHop }) =>
      nextHop === undefined ? [] : [`${domain}=smtp:${nextHop}`],
    )
    postfix = await startPostfix({
      root,
      address,
      caPem: (await labCertificateAuthority()).caPem,
      settings: {
        smtp_tls_policy_maps: `socketmap:inet:${SOCKETMAP_ADDRESS}:${SOCKETMAP_PORT}:${map}`,
        transport_maps: `inline:{${['sender.test=discard:', ...routes].join(', ')}}`,
      },
    })
    for (const { domain, spec, writtenAs } of destinations) {
      if (spec !== undefined) receivedBefore.set(domain, ground.lab.domain(domain).received().length)
      queueIds.set(domain, await postfix.send(writtenAs ?? domain))
    }
  })
  afterAll(() => postfix?.stop())

  for (const row of destinations) {
    const { postfix37, ...usual } = row
    const destination: Destination =
      version === '3.7' && postfix37 !== undefined ? { ...withoutReason(usual), ...postfix37 } : usual
    it(`${destination.expect}: ${destination.title} (${destination.domain})`, async () => {
      const outcome = await postfix.outcome(queueIds.get(destination.domain) ?? '')
      expect(describeOutcome(outcome), explain(outcome)).toBe(destination.expect)
      if (destination.reason !== undefined) expect(explain(outcome)).toMatch(destination.reason)
      if (destination.relay !== undefined) expect(outcome.relay).toBe(destination.relay)
      const arrived = messagesOf(destination) - (receivedBefore.get(destination.domain) ?? 0)
      expect(arrived).toBe(destination.expect.startsWith('delivered') ? 1 : 0)
    })
  }
})

function withoutReason({ reason: _, ...rest }: Destination): Destination {
  return rest
}

function describeOutcome({ status, tls }: DeliveryOutcome): Destination['expect'] {
  if (status !== 'sent') return status
  return tls === 'verified' ? 'delivered verified' : 'delivered without promise'
}

function messagesOf({ domain, spec }: Destination): number {
  return spec === undefined ? 0 : ground.lab.domain(domain).received().length
}

/** All that Postfix logged of the attempt: the status names the last host's trouble only. */
function explain(outcome: DeliveryOutcome): string {
  return `\n${outcome.lines.join('\n')}\n`
}
