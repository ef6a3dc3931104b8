import type { DomainName } from '@sternpost/protocol'
import type { PlanJson } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { formatMoment } from './domain-text.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { withServer } from './remote.ts'
import { atRolloutDesk } from './rollout-desk.ts'
import { sayRefused } from './say-refused.ts'
import { sayWishErrors } from './say-wish-errors.ts'
import { serverOf } from './server-option.ts'
import { wrapText } from './text-layout.ts'

export interface PlanOptions extends GlobalOptions {
  readonly mx: readonly string[]
}

/** `rollout plan`: what a change of MX hosts breaks against every policy in caches, and the order that breaks nothing. */
export async function planRollout(io: CommandIo, options: PlanOptions, name: string): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined)
    return await withServer(io, server, api =>
      sayWishErrors(io, async () => {
        const { domain, mx } = readNames(options, name)
        const body = { mx: [...mx] }
        await sayRefused(io, async () =>
          tell(
            io,
            options,
            await api.call('POST /domains/:domain/rollout/plan', { params: { domain }, body }),
          ),
        )
      }),
    )
  await atRolloutDesk(io, options, 'read', async desk => {
    const { domain, mx } = readNames(options, name)
    const { planForDomain } = await import('../publish/index.ts')
    const plan = await planForDomain(desk.rollout, domain, mx, desk)
    if (plan === 'not-published') {
      errLine(io, `${domain} is not published here`)
      return io.end(exitCode.findings)
    }
    if (plan === 'mx-unknown') {
      errLine(io, `the MX records of ${domain} could not be looked up; try again`)
      return io.end(exitCode.temporary)
    }
    tell(io, options, plan)
  })
}

function readNames({ mx }: PlanOptions, name: string): { domain: DomainName; mx: readonly DomainName[] } {
  return { domain: readDomain(name), mx: mx.map(readDomain) }
}

/** Tells a plan; a change that would break something now is a finding. */
function tell(io: CommandIo, options: PlanOptions, plan: PlanJson): void {
  if (!plan.isSafeNow) io.end(exitCode.findings)
  if (options.json === true) outJson(io, plan)
  else io.out(`${planLines(io, plan).join('\n')}\n`)
}

function planLines(io: CommandIo, { domain, currentMx, breaks, steps }: PlanJson): string[] {
  if (steps.length === 0) return wrapText(`Nothing is to be done: ${domain} has these MX hosts already.`)
  const told = breaks.map(
    ({ policyId, mode, mxHost, isServed, heldUntil, effect }) =>
      `${mxHost} would be ${effect === 'refused' ? 'refused' : 'delivered to, and reported as a failure,'} by senders that hold policy ${policyId} (mode ${mode}${isServed ? ', served now' : ''}), until ${formatMoment(Date.parse(heldUntil))}`,
  )
  const now = Date.parse(steps[0]?.at ?? '')
  return [
    `MX hosts of ${domain} today`,
    ...currentMx.map(host => `  ${host}`),
    '',
    ...(told.length === 0
      ? ['If the MX records changed now, nothing would break.']
      : ['If the MX records changed now', ...told.flatMap(text => bullet('-', text))]),
    '',
    'The order that breaks nothing',
    ...steps.flatMap(({ at, text }, index) =>
      bullet(
        `${index + 1}.`,
        `${Date.parse(at) <= now ? 'Now' : `From ${formatMoment(Date.parse(at))}`}: ${text}`,
      ),
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
