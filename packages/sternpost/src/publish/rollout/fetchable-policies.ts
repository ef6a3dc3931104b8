import type { PolicyVersion } from '../domains/policy-version.ts'
import type { ServedPolicy } from './cache-horizon.ts'
import type { Publication } from './publication.ts'

/**
 * Versions with the times at which senders really could fetch them.
 *
 * The store knows when we had another policy served; a web server in front, or one that a person copies files to,
 * may give out the old one until a publication saw the new one from outside. Only from there on it is over.
 */
export function fetchablePolicies(
  versions: readonly PolicyVersion[],
  publications: readonly Publication[],
  now: number,
): ServedPolicy[] {
  const sightings = publications.flatMap(({ policyId, steps }) => {
    const seenAt = steps.find(({ kind }) => kind === 'verify-served')?.doneAt
    return seenAt === undefined ? [] : [{ policyId, seenAt }]
  })
  return versions.map(({ policyId, value, firstServedAt, lastServedAt }) => {
    if (lastServedAt === undefined) return { policyId, value, firstServedAt, lastServedAt }
    const replacedAt = sightings
      .filter(sighting => sighting.policyId !== policyId && sighting.seenAt >= lastServedAt)
      .reduce((first, { seenAt }) => Math.min(first, seenAt), now)
    return { policyId, value, firstServedAt, lastServedAt: Math.max(lastServedAt, replacedAt) }
  })
}
