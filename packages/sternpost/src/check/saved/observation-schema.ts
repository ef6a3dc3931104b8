import * as z from 'zod'
import type { DomainObservation, SeenNextHop } from '../observation.ts'
import { authoritativeSchema, seenAnswerSchema, tlsaSchema } from './dns-schema.ts'
import { count, list, milliseconds, text, time } from './limits.ts'
import { domainNameSchema, policyHostSchema } from './policy-host-schema.ts'
import { smtpSchema } from './smtp-schema.ts'

const addresses = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('found'),
    dnssec: z.enum(['secure', 'insecure']),
    canonicalName: domainNameSchema,
  }),
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('failure'), reason: text() }),
])

const tlsa = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['not-asked', 'none']) }),
  z.object({ kind: z.literal('secure'), tlsaBaseDomain: domainNameSchema, records: list(tlsaSchema) }),
  z.object({ kind: z.literal('failure'), reason: text() }),
])

const reached = { nextHopDomain: domainNameSchema, port: z.int() }
const nextHop = z.discriminatedUnion('route', [
  z.object({
    ...reached,
    route: z.enum(['mx', 'implicit-mx', 'no-mx-lookup']),
    mxDnssec: z.enum(['secure', 'insecure']),
    hosts: list(z.object({ mxHost: domainNameSchema, preference: count(), addresses, tlsa })),
  }),
  z.object({ ...reached, route: z.enum(['null-mx', 'no-name']) }),
  z.object({ ...reached, route: z.literal('failure'), reason: text() }),
]) satisfies z.ZodType<SeenNextHop>

/** Everything that was seen of one domain. */
export const observationSchema = z.object({
  version: z.literal(1),
  domain: domainNameSchema,
  organizationalDomain: text(),
  startedAt: time(),
  durationMs: milliseconds(),
  vantage: z.object({
    resolvers: list(text()),
    validates: z.boolean(),
    port25: z.enum(['open', 'blocked', 'unknown']),
    ipv6: z.enum(['works', 'unknown']),
  }),
  answers: list(seenAnswerSchema),
  randomName: text(),
  nextHop,
  mxHosts: list(
    z.object({
      mxHost: text(),
      preference: count(),
      addresses: list(z.object({ address: text(), smtp: smtpSchema.nullable() })),
    }),
  ),
  policyHost: policyHostSchema.nullable(),
  nameServers: list(authoritativeSchema),
  reportDestinations: list(z.object({ uri: text(), smtp: z.exactOptional(smtpSchema) })),
  unfinished: list(text()),
}) satisfies z.ZodType<DomainObservation>
