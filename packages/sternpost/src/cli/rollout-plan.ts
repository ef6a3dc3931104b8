import type { DomainName } from '@sternpost/protocol'
import type { MxChangePlan } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { formatMoment } from './domain-text.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { atRolloutDesk, type RolloutDesk } from './rollout-desk.ts'
import { wrapText } from './text-layout.ts'

export interface PlanOptions extends GlobalOptions {
  readonly mx: readonly string[]
}

const JOURNAL = 100

/** `rollout plan`: what a change of MX hosts breaks against every policy in caches, and the order that breaks nothing. */
export async function planRollout(io: CommandIo, options: PlanOptions, name: string): Promise<void> {
  await atRolloutDesk(io, options, 'read', async desk => {
    const domain = readDomain(name)
    const plan = await planOf(io, desk, domain, options.mx.map(readDomain))
    if (plan === undefined) return
    if (!plan.isSafeNow) io.end(exitCode.findings)
    const { planJson } = await import('../publish/index.ts')
    if (options.json === true) outJson(io, planJson(domain, plan))
    else io.out(`${planLines(io, domain, plan).join('\n')}\n`)
  })
}

async function planOf(
  io: CommandIo,
  { publish, rollout, sources, clock }: RolloutDesk,
  domain: DomainName,
  newMx: readonly DomainName[],
): Promise<MxChangePlan | undefined> {
  const published = await publish.get(domain)
  if (published === undefined) {
    errLine(io, `${domain} is not published here`)
    io.end(exitCode.findings)
    return undefined
  }
  const live = await sources.liveMx(domain)
  if (live === undefined) {
    errLine(io, `the MX records of ${domain} could not be looked up; try again`)
    io.end(exitCode.temporary)
    return undefined
  }
  const { fetchablePolicies, planMxChange } = await import('../publish/index.ts')
  const now = clock.now()
  const served = await publish.servedVersion(domain)
  const journal = await rollout.publications.list(domain, JOURNAL)
  return planMxChange({
    versions: fetchablePolicies(await publish.versions(domain), journal, now),
    policy: served?.value ?? published.wanted,
    currentMx: live.hosts,
    newMx,
    mxTtlSeconds: live.ttlSeconds,
    now,
  })
}

function planLines(io: CommandIo, domain: DomainName, plan: MxChangePlan): string[] {
  if (plan.steps.length === 0) return wrapText(`Nothing is to be done: ${domain} has these MX hosts already.`)
  const breaks = plan.breaks.map(
    ({ policyId, mode, mxHost, isServed, heldUntil, effect }) =>
      `${mxHost} would be ${effect === 'refused' ? 'refused' : 'delivered to, and reported as a failure,'} by senders that hold policy ${policyId} (mode ${mode}${isServed ? ', served now' : ''}), until ${formatMoment(heldUntil)}`,
  )
  const now = plan.steps[0]?.at ?? 0
  return [
    `MX hosts of ${domain} today`,
    ...plan.currentMx.map(host => `  ${host}`),
    '',
    ...(breaks.length === 0
      ? ['If the MX records changed now, nothing would break.']
      : ['If the MX records changed now', ...breaks.flatMap(text => bullet('-', text))]),
    '',
    'The order that breaks nothing',
    ...plan.steps.flatMap(({ at, text }, index) =>
      bullet(`${index + 1}.`, `${at <= now ? 'Now' : `From ${formatMoment(at)}`}: ${text}`),
    ),
    '',
    ...wrapText(
      `To widen and to narrow: ${io.invokedAs} domain set ${domain} --mx …; the roll-out publishes a narrower policy only when that is safe.`,
    ),
  ]
}

function bullet(mark: string, text: string): string[] {
  const [first = '', ...rest] = wrapText(text, '     ')
  return [`  ${mark.padEnd(3)}${first.trimStart()}`, ...rest]
}
