import type { DomainName } from '@sternpost/protocol'
import {
  type GateVerdict,
  judgeNow,
  listRollouts,
  planForDomain,
  type RolloutAnswer,
  type RolloutListed,
  readCriteria,
  readDomain,
  rolloutJson,
  setCriteria,
  tellRollout,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { rolloutContract } from '../../contract/rollout.ts'
import type { Call, Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, notPublished, readName, telling } from './find-domain.ts'
import { readOne } from './read-wishes.ts'

type OrderCall = Call<(typeof rolloutContract)['POST /domains/:domain/rollout']>

const HISTORY = 100

/** Roll-outs: where each stands, and what an operator has done to it. */
export function rolloutHandlers({ publish: desk, clock }: ApiServices): Handlers<typeof rolloutContract> {
  const { rollout, autoAdvance, sources } = desk

  return {
    'GET /domains/:domain/rollout': ({ params }) => telling(async () => tell(await domainOf(params.domain))),
    'POST /domains/:domain/rollout': call =>
      telling(async () => {
        const domain = await domainOf(call.params.domain)
        const answer = await give(domain, call)
        if (!answer.ok)
          throw new ApiProblem('api/conflict', answer.reason, {
            remedy: 'Look at the state of the domain; it tells what is possible and what is missing.',
          })
        const { order, ...rest } = call.body
        await call.audit(`rollout.${order}`, domain, rest)
        // A domain that a command added beside a daemon that published nothing waits for whoever carries it out.
        if (answer.publishes) await desk.beginPublishing()
        rollout.publish.changed(domain)
        return { note: answer.note, rollout: await tell(domain) }
      }),
    'GET /rollouts': ({ query, principal }) =>
      telling(() => {
        const among = principal.domains === 'all' ? undefined : principal.domains
        return listRollouts(rollout, clock, { ...query, among })
      }),
    'POST /domains/:domain/rollout/judge': ({ params, audit }) =>
      telling(async () => {
        const domain = await domainOf(params.domain)
        const verdict = await judgeNow(rollout, await listedOf(domain), { sources, clock })
        await audit('rollout.judge', domain)
        return tell(domain, verdict)
      }),
    'POST /domains/:domain/rollout/plan': ({ params, body }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const mx = body.mx.map((text, index) => readOne(`body.mx[${index}]`, () => readDomain(text)))
        const plan = await planForDomain(rollout, domain, mx, { sources, clock })
        if (plan === 'not-published') throw notPublished(domain)
        if (plan === 'mx-unknown')
          throw new ApiProblem('api/unavailable', `the MX records of ${domain} could not be looked up`, {
            remedy: 'Try again, or see to the resolver of the daemon.',
          })
        return plan
      }),
    'GET /domains/:domain/rollout/criteria': ({ params }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const { minDays, minSessions, minReporters } = desk.gate
        const configured = { minDays, minSessions, minReporters, autoAdvance }
        return { ...(await readCriteria(rollout.rollouts, domain)), configured }
      }),
    'PATCH /domains/:domain/rollout/criteria': ({ params, body, audit }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const set = await setCriteria(rollout.rollouts, domain, body)
        await audit('rollout.set', domain, body)
        rollout.publish.changed(domain)
        return set
      }),
  }

  async function tell(domain: DomainName, verdict?: GateVerdict) {
    const listed = await listedOf(domain)
    const how = { clock, autoAdvance, verdict, historyLength: HISTORY }
    return rolloutJson(await tellRollout(rollout, domain, listed, how))
  }

  async function listedOf(domain: DomainName): Promise<RolloutListed> {
    const listed = await rollout.rollouts.get(domain)
    if (listed !== undefined) return listed
    throw new ApiProblem('api/not-found', `the roll-out of ${domain} has not begun`, {
      remedy: 'It begins by itself within a minute while a daemon publishes.',
    })
  }

  /** A domain that is published, or one whose roll-out is over. */
  async function domainOf(name: string): Promise<DomainName> {
    const domain = readName(name)
    if (domain !== undefined && (await rollout.rollouts.get(domain)) !== undefined) return domain
    return (await findDomain(desk, name)).domain
  }

  async function give(domain: DomainName, { body, principal }: OrderCall): Promise<RolloutAnswer> {
    const { control } = rollout
    if (body.order === 'continue') {
      const note = `the publication for ${domain} goes on within seconds`
      if (await rollout.publications.hurry(domain)) return { ok: true, note, publishes: true }
      return { ok: false, reason: `nothing of ${domain} is being published` }
    }
    const orderOf = (usual: string) => ({ by: principal.name, reason: body.reason || usual })
    switch (body.order) {
      case 'advance': {
        const listed = await rollout.rollouts.get(domain)
        const verdict = listed === undefined ? undefined : await judgeNow(rollout, listed, { sources, clock })
        const usual =
          body.override ?? (verdict?.isOpen === true ? 'every criterion is met' : 'advanced by hand')
        return control.advance(domain, verdict, orderOf(usual), body.override)
      }
      case 'hold':
        return control.hold(domain, orderOf('held by hand'))
      case 'rollback':
        return control.rollBack(domain, body.to, orderOf('rolled back by hand'))
      case 'exit':
        return control.exit(domain, orderOf('the owner wants no policy any more'))
    }
  }
}
