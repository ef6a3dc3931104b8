import { networkIssues, type ObservedResponse, type PolicyHostObservation } from '@sternpost/network'
import { type DomainName, type MtaStsPolicy, mtaStsModes, protocolIssues } from '@sternpost/protocol'
import * as z from 'zod'
import { chainSchema } from './chain-schema.ts'
import { answerSchemas } from './dns-schema.ts'
import { count, list, milliseconds, text, time } from './limits.ts'

const codes = [...Object.keys(protocolIssues), ...Object.keys(networkIssues)] as (
  | keyof typeof protocolIssues
  | keyof typeof networkIssues
)[]

const issue = z.object({
  code: z.enum(codes),
  message: text(),
  line: z.exactOptional(count()),
  column: z.exactOptional(count()),
})

/** A name that was a domain name when it was saved. */
export const domainNameSchema = z.string().max(253) as unknown as z.ZodType<DomainName, string>

const policy = z.object({
  mode: z.enum(mtaStsModes),
  maxAgeSeconds: count(),
  mxHostPatterns: list(z.object({ wildcard: z.boolean(), name: domainNameSchema })),
}) satisfies z.ZodType<MtaStsPolicy>

const response = z
  .object({
    url: text(),
    userAgent: text().nullable(),
    address: text(),
    startedAt: time(),
    durationMs: milliseconds(),
    connectMs: z.exactOptional(milliseconds()),
    handshakeMs: z.exactOptional(milliseconds()),
    firstByteMs: z.exactOptional(milliseconds()),
    tlsVersion: z.exactOptional(text()),
    cipher: z.exactOptional(text()),
    chain: z.exactOptional(chainSchema),
    status: z.exactOptional(z.int()),
    headers: z.exactOptional(z.record(text(), text())),
    location: z.exactOptional(text()),
    bodyBytes: z.exactOptional(count()),
    bodyText: z.exactOptional(text()),
    policy: z.exactOptional(policy),
    issues: list(issue),
    warnings: list(issue),
  })
  .meta({ id: 'PolicyHostResponse' }) satisfies z.ZodType<ObservedResponse>

/** What was seen of the policy host of a domain at every address. */
export const policyHostSchema = z.object({
  policyDomain: text(),
  policyHost: text(),
  startedAt: time(),
  durationMs: milliseconds(),
  A: answerSchemas.A,
  AAAA: answerSchemas.AAAA,
  responses: list(response),
  withoutServerName: z.exactOptional(
    z.object({ address: text(), chain: z.exactOptional(chainSchema), message: z.exactOptional(text()) }),
  ),
  oldTls: z.exactOptional(z.object({ address: text(), version: text(), cipher: text() })),
  otherUserAgent: z.exactOptional(response),
  wrongPlaces: list(response),
}) satisfies z.ZodType<PolicyHostObservation>
