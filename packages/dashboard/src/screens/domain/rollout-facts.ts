import type { ApiOutput } from 'sternpost/api'

/** Where the roll-out of a domain stands. */
export type RolloutFacts = ApiOutput<'GET /domains/:domain/rollout'>

/** What is wanted of a domain, with every policy it had. */
export type DomainFacts = ApiOutput<'GET /domains/:domain'>
