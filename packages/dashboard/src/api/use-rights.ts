import type { Standing } from './session.ts'
import { useSession } from './use-session.ts'

/** What whoever is in may do, so that nothing is offered that the daemon refuses. */
export interface Rights {
  /** Change what is published of the domains they see. */
  readonly mayChange: boolean
  /** See what belongs to no domain of theirs alone, such as the outgoing mail. */
  readonly seesAll: boolean
  /** Publish further domains and take in reports. */
  readonly mayAdd: boolean
  /** Keep users, and see the log and the configuration. */
  readonly isAdmin: boolean
  /** Whether they may see a domain. */
  sees(domain: string): boolean
}

/** The rights of whoever is in; none until the daemon has told. */
export function useRights(): Rights {
  return rightsOf(useSession())
}

/** The same rules as those of the API's endpoints. */
export function rightsOf(standing: Standing | undefined): Rights {
  const role = standing?.role ?? undefined
  // Whoever is at the machine without being a user sees everything.
  const domains = role === undefined ? [] : (standing?.user?.domains ?? 'all')
  const seesAll = domains === 'all'
  const mayChange = role === 'operator' || role === 'admin'
  return {
    mayChange,
    seesAll,
    mayAdd: mayChange && seesAll,
    isAdmin: role === 'admin' && seesAll,
    sees: domain => domains === 'all' || domains.includes(domain.toLowerCase()),
  }
}
