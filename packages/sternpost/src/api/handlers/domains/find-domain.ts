import { type DomainName, isDomainName } from '@sternpost/protocol'
import { DnsWriteError, type PublishedDomain } from '../../../publish/index.ts'
import { NotDurableError } from '../../../store/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { PublishServices } from '../../services.ts'

/** The domain of a path, where it is published here. Errors: `api/not-found`. */
export async function findDomain({ rollout }: PublishServices, name: string): Promise<PublishedDomain> {
  const domain = readName(name)
  const found = domain === undefined ? undefined : await rollout.publish.get(domain)
  if (found === undefined) throw notPublished(name)
  return found
}

export function readName(name: string): DomainName | undefined {
  return isDomainName(name) ? name : undefined
}

/** @param history what is left of one that was. */
export function notPublished(name: string, history?: string): ApiProblem {
  const left = history === undefined ? '' : ` any more; ${history}`
  return new ApiProblem('api/not-found', `${name} is not published here${left}`, {
    remedy: 'Publish it to have a roll-out, records and a certificate for it.',
  })
}

/** Tells errors of the publish room in the API's words. */
export async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NotDurableError)
      throw new ApiProblem('api/unavailable', error.message, {
        remedy: 'Nothing was changed. See the health of the daemon, then try again.',
        retryAfterSeconds: 10,
      })
    if (error instanceof DnsWriteError)
      throw new ApiProblem('api/unprocessable', error.message, { foreignCode: error.code })
    throw error
  }
}

/** A moment over the wire. */
export function momentOf(at: number): string
export function momentOf(at: number | undefined): string | null
export function momentOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}
