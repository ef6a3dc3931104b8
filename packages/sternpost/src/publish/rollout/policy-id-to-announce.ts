import type { Publication } from './publication.ts'

/**
 * The id that a publication under way wants in the record now; null where the record is to go, undefined where it
 * wants nothing changed yet.
 *
 * Before the policy was seen from outside the answer is nothing: whoever writes records by hand or by command then
 * keeps the id that is there.
 */
export function policyIdToAnnounce(running: Publication | undefined): string | null | undefined {
  const isDone = (kind: string) =>
    running?.steps.some(step => step.kind === kind && step.state === 'done') === true
  if (isDone('wait-horizon')) return null
  return isDone('verify-served') ? running?.policyId : undefined
}
