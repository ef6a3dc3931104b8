import type { DomainName } from '@sternpost/protocol'
import {
  changeRolloutSettings,
  judgeNow,
  type RolloutAnswer,
  type RolloutListed,
  readRolloutSettings,
  rolloutJson,
  tellRollout,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { rolloutContract } from '../../contract/rollout.ts'
import type { Call, Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { findDomain, readName, telling } from './find-domain.ts'

type OrderCall = Call<(typeof rolloutContract)['POST /domains/:domain/rollout']>

const HISTORY = 100

/** Roll-outs: where each stands, and what an operator has done to it. */
export function rolloutHandlers({ publish: desk, clock }: ApiServices): Handlers<typeof rolloutContract> {
  const { rollout, autoAdvance, sources } = desk

  return {
    'GET /domains/:domain/rollout': ({ params }) => telling(async () => tell(await domainOf(params.domain))),
    'GET /domains/:domain/rollout/settings': ({ params }) =>
      telling(async () =>
        readRolloutSettings(rollout.rollouts, (await findDomain(desk, params.domain)).domain),
      ),
    'PATCH /domains/:domain/rollout/settings': ({ params, body, audit }) =>
      telling(async () => {
        const { domain } = await findDomain(desk, params.domain)
        const { defaults, ...change } = body
        const told = await changeRolloutSettings(rollout.rollouts, domain, change, defaults === true)
        await audit('rollout.set', domain, body)
        return told
      }),
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
        return { note: answer.note, rollout: await tell(domain) }
      }),
  }

  async function tell(domain: DomainName) {
    const listed = await listedOf(domain)
    return rolloutJson(
      await tellRollout(rollout, domain, listed, { clock, autoAdvance, historyLength: HISTORY }),
    )
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
