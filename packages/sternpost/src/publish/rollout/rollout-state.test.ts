import type { DomainName } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  moveRollout,
  plannedRollout,
  type RolloutEvent,
  type RolloutEventKind,
  type RolloutState,
  rolloutEvents,
  rolloutStages,
} from './rollout-state.ts'

const domain = 'example.com' as DomainName

function event(kind: RolloutEventKind, extra: Partial<RolloutEvent> = {}): RolloutEvent {
  return { kind, at: 1, by: 'test', reason: 'a test', ...extra }
}

function walk(kinds: readonly RolloutEventKind[], start = plannedRollout(domain, 0)): RolloutState {
  return kinds.reduce((state, kind) => {
    const move = moveRollout(state, event(kind))
    if (!move.ok) throw new Error(move.reason)
    return move.state
  }, start)
}

describe('moveRollout', () => {
  it('leads from planned to removed by the way of testing, enforce and none', () => {
    const kinds = ['testing-announced', 'evidence-arrived', 'gate-opened', 'enforce-announced'] as const
    expect(walk(kinds)).toMatchObject({ stage: 'enforced', enforcedSince: 1, testingSince: undefined })
    const gone = walk([...kinds, 'exit-started', 'none-announced', 'removed'])
    expect(gone).toMatchObject({ stage: 'removed', isExiting: true, autoAdvance: false })
  })

  it('enforces before the gate is open only with an override, and keeps its reason', () => {
    const gathering = walk(['testing-announced', 'evidence-arrived'])
    expect(moveRollout(gathering, event('enforce-announced'))).toMatchObject({
      ok: false,
      reason: 'example.com is not ready; an override with its reason is needed',
    })
    const override = { reason: 'all MX are ours', unknown: ['sessions'], unmet: ['days'] }
    expect(moveRollout(gathering, event('enforce-announced', { override }))).toMatchObject({
      ok: true,
      transition: { from: 'gathering', to: 'enforced', override },
    })
  })

  it('never enforces what was not tested before, override or not', () => {
    const override = { reason: 'hurry', unknown: [], unmet: [] }
    for (const stage of rolloutStages) {
      const move = moveRollout(
        { ...plannedRollout(domain, 0), stage },
        event('enforce-announced', { override }),
      )
      expect(move.ok).toBe(['published', 'gathering', 'ready'].includes(stage))
    }
  })

  it('goes on after a hold from where it was', () => {
    const held = walk(['testing-announced', 'evidence-arrived', 'hold'])
    expect(held).toMatchObject({ stage: 'held', heldFrom: 'gathering', testingSince: 1 })
    expect(walk(['resume'], held)).toMatchObject({ stage: 'gathering', heldFrom: undefined, testingSince: 1 })
  })

  it('does not advance by itself after somebody rolled it back', () => {
    const back = walk(['testing-announced', 'rollback-started', 'testing-announced'])
    expect(back).toMatchObject({ stage: 'published', autoAdvance: false })
  })

  it('whatever happens, gives a transition that fits the states on both sides', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...rolloutEvents), { maxLength: 40 }), kinds => {
        let state = plannedRollout(domain, 0)
        for (const kind of kinds) {
          const move = moveRollout(state, event(kind))
          if (!move.ok) continue
          expect(move.transition).toMatchObject({ from: state.stage, to: move.state.stage, kind })
          expect(move.state.heldFrom !== undefined).toBe(move.state.stage === 'held')
          state = move.state
        }
      }),
    )
  })
})
