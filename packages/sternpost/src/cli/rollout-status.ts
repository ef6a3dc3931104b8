import type { RolloutJson, RolloutListed } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { atRolloutDesk, daemonRuns, type RolloutDesk } from './rollout-desk.ts'
import { rolloutFacts } from './rollout-facts.ts'
import { formatRollout } from './rollout-status-text.ts'
import { formatTable, plural, wrapText } from './text-layout.ts'

export interface StatusOptions extends GlobalOptions {
  readonly fresh?: boolean
  readonly stage?: string
  readonly alarms?: boolean
  readonly limit?: number
  readonly after?: string
}

const DEFAULT_LIMIT = 50
const PAGE = 500

/** `rollout DOMAIN`: where a domain stands, what is missing, and what comes next. */
export async function showRollout(io: CommandIo, options: StatusOptions, name: string): Promise<void> {
  await atRolloutDesk(io, options, options.fresh === true ? 'write' : 'read', async desk => {
    const domain = readDomain(name)
    const listed = await desk.rollout.rollouts.get(domain)
    if (listed === undefined) return notRolledOut(io, desk, domain)
    const facts = await rolloutFacts(desk, domain, listed, options.fresh === true)
    tellRollout(io, options, facts)
  })
}

/** Shows where a domain stands; an alarm is a finding. */
export function tellRollout(io: CommandIo, options: GlobalOptions, facts: RolloutJson): void {
  if (facts.alarm !== null) io.end(exitCode.findings)
  if (options.json === true) outJson(io, facts)
  else io.out(formatRollout(facts, io.invokedAs))
}

async function notRolledOut(io: CommandIo, desk: RolloutDesk, domain: string): Promise<void> {
  const published = await desk.publish.get(readDomain(domain))
  errLine(
    io,
    published === undefined
      ? `${domain} is not published here; to publish it: ${io.invokedAs} domain add ${domain}`
      : `the roll-out of ${domain} has not begun; it does when ${io.invokedAs} serve runs, or with ${io.invokedAs} rollout advance ${domain}`,
  )
  io.end(exitCode.findings)
}

/** `rollout`: all domains, those with an alarm first told. */
export async function showRollouts(io: CommandIo, options: StatusOptions): Promise<void> {
  await atRolloutDesk(io, options, 'read', async desk => {
    const { rollouts } = desk.rollout
    const { listedJson, rolloutStages } = await import('../publish/index.ts')
    if (options.stage !== undefined && !rolloutStages.some(stage => stage === options.stage))
      throw new WishError(`there is no stage ${options.stage}; it is one of ${rolloutStages.join(', ')}`)
    const limit = options.limit ?? DEFAULT_LIMIT
    const found = await pageOf(desk, options, limit + 1)
    const page = found.slice(0, limit)
    const next = found.length > limit ? (page.at(-1)?.state.domain ?? null) : null
    const byStage = await rollouts.countByStage()
    const alarms = await rollouts.alarms(PAGE)
    const runs = await daemonRuns(desk)
    if (alarms.length > 0) io.end(exitCode.findings)
    if (options.json === true)
      return outJson(io, {
        domains: page.map(listedJson),
        byStage,
        alarms: alarms.length,
        next,
        daemonRuns: runs,
      })
    const total = Object.values(byStage).reduce((sum, count) => sum + count, 0)
    if (total === 0) return io.out('No roll-out has begun.\n')
    const stages = Object.entries(byStage).map(([stage, count]) => `${count} ${stage}`)
    io.out(
      `${[
        ...wrapText(`${plural(total, 'domain')}: ${stages.join(', ')}; ${plural(alarms.length, 'alarm')}.`),
        '',
        ...overviewTable(page),
        ...(next === null ? [] : ['', `More: add --after ${next}`]),
        ...(runs ? [] : ['', ...wrapText(`No daemon runs on this database: start ${io.invokedAs} serve.`)]),
      ].join('\n')}\n`,
    )
  })
}

/** Domains that fit, a page of the database at a time. */
async function pageOf(
  { rollout }: RolloutDesk,
  { stage, alarms, after }: StatusOptions,
  most: number,
): Promise<RolloutListed[]> {
  const fits = ({ state, alarm }: RolloutListed) =>
    (stage === undefined || state.stage === stage) && (alarms !== true || alarm !== undefined)
  const found: RolloutListed[] = []
  for (let from = after; found.length < most; ) {
    const page = await rollout.rollouts.list({ ...(from === undefined ? {} : { after: from }), limit: PAGE })
    found.push(...page.filter(fits))
    if (page.length < PAGE) break
    from = page.at(-1)?.state.domain
  }
  return found.slice(0, most)
}

function overviewTable(page: readonly RolloutListed[]): string[] {
  return formatTable(
    [
      { title: 'Domain', align: 'left' },
      { title: 'Stage', align: 'left' },
      { title: 'Since', align: 'left' },
      { title: 'Alarm', align: 'left', flexible: true },
    ],
    page.map(({ state, alarm }) => [
      state.domain,
      state.stage,
      new Date(state.stageSince).toISOString().slice(0, 10),
      alarm?.message ?? '',
    ]),
  )
}
