import pLimit from 'p-limit'
import type * as z from 'zod'
import { lookUp, lookUpSteps, parseLookUpKey } from '../../outbound/index.ts'
import { ApiProblem } from '../api-problem.ts'
import type { outboundContract } from '../contract/outbound.ts'
import type { lookUpSchema } from '../contract/outbound-look-up.ts'
import type { Handlers } from '../endpoint.ts'
import type { ApiServices } from '../services.ts'

/** Each asks DNS and a policy host afresh. */
const MAX_RUNNING = 4
const MAX_WAITING = 16

/** Looks a next hop up by hand. */
export function lookUpHandlers({
  outbound: { outbound, lookUpSources },
}: ApiServices): Pick<Handlers<typeof outboundContract>, 'POST /outbound/lookup'> {
  const limit = pLimit(MAX_RUNNING)
  return {
    'POST /outbound/lookup': ({ body: { destination } }) => {
      const nextHop = parseLookUpKey(destination.trim())
      if (nextHop === undefined)
        throw new ApiProblem('api/unprocessable', 'no policy can belong to this destination', {
          remedy: 'Give a domain such as example.com (RFC 8461 §3.4).',
        })
      if (limit.pendingCount >= MAX_WAITING)
        throw new ApiProblem('api/too-many-requests', 'too many lookups are waiting already', {
          retryAfterSeconds: 10,
        })
      return limit(async () => {
        const [report, reply] = await Promise.all([
          lookUp(nextHop, { ...lookUpSources, settings: outbound.settings }),
          outbound.answerNow(nextHop, 'tlsrpt'),
        ])
        const address = outbound.addresses[0] ?? ''
        const daemon = { kind: 'answered' as const, address, reply }
        return asJson({ ...report, daemon, steps: lookUpSteps(report) })
      })
    },
  }
}

/** Bytes become hexadecimal; the schema of the answer checks that the rest fits. */
function asJson(value: unknown): z.input<typeof lookUpSchema> {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('hex') : member,
    ),
  ) as z.input<typeof lookUpSchema>
}
