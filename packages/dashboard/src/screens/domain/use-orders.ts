import { useApiChange } from '../../api/index.ts'
import type { OrderKind } from './order-words.ts'

const bodies = {
  advance: { order: 'advance' },
  hold: { order: 'hold' },
  'rollback-testing': { order: 'rollback', to: 'testing' },
  'rollback-none': { order: 'rollback', to: 'none' },
  exit: { order: 'exit' },
} as const satisfies Record<OrderKind, object>

/** Gives orders to the roll-out of a domain. */
export function useOrders(domain: string) {
  const change = useApiChange('POST /domains/:domain/rollout', {
    invalidates: ['GET /domains/:domain/rollout', 'GET /domains/:domain', 'GET /overview'],
  })
  return {
    isPending: change.isPending,
    error: change.error,
    reset: change.reset,
    /** `isOverride`: the reason says why the evidence does not count. */
    give(kind: OrderKind, reason: string, isOverride: boolean, onDone: () => void) {
      const told = reason === '' ? {} : { reason }
      const body =
        kind === 'advance' && isOverride
          ? { ...bodies.advance, ...told, override: reason }
          : { ...bodies[kind], ...told }
      change.mutate({ params: { domain }, body }, { onSuccess: onDone })
    },
  }
}
