import { decisionRules, mtaStsModes } from '@sternpost/protocol'
import * as z from 'zod'
import { outboundEventKinds } from '../../outbound/index.ts'

/** What Postfix is told. */
export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), data: z.string() }),
  z.object({ kind: z.literal('not-found') }),
  z.object({ kind: z.literal('temporary'), reason: z.string() }),
  z.object({ kind: z.literal('permanent'), reason: z.string() }),
])

const at = z.number().describe('Milliseconds since 1970.')

const tlsaRecord = z.object({
  usage: z.union([z.string(), z.int()]),
  selector: z.union([z.string(), z.int()]),
  matchingType: z.union([z.string(), z.int()]),
  data: z.string().describe('Lower-case hexadecimal.'),
})

const recordData = z.union([
  z.string(),
  z.object({ preference: z.int(), exchange: z.string() }),
  tlsaRecord,
  z.object({ primary: z.string(), serial: z.int(), minimumSeconds: z.int() }),
  z.object({ critical: z.boolean(), tag: z.string(), value: z.string() }),
])

const dnsAnswer = z.object({
  kind: z.enum(['records', 'no-data', 'no-name', 'failure']),
  question: z.object({ name: z.string(), type: z.string() }),
  dnssec: z.enum(['secure', 'insecure', 'bogus', 'indeterminate']),
  records: z.array(recordData).optional(),
  canonicalName: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  ttlSeconds: z.int().optional(),
  resolver: z.string().optional(),
  code: z.string().optional().describe('Of a failure.'),
  message: z.string().optional().describe('Of a failure.'),
  receivedAt: at,
})

const document = z.object({
  text: z.string().describe('As it was fetched.'),
  value: z.object({
    mode: z.enum(mtaStsModes),
    maxAgeSeconds: z.int(),
    mxHostPatterns: z.array(z.object({ wildcard: z.boolean(), name: z.string() })),
  }),
  fetchedAt: at,
})

const issue = z.object({
  code: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
})

const mtaSts = z.object({
  record: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('id'), policyId: z.string(), ttlSeconds: z.int() }),
    z.object({ kind: z.literal('none'), reason: z.string(), ttlSeconds: z.int() }),
    z.object({ kind: z.literal('failure'), reason: z.string() }),
  ]),
  fetch: z
    .object({
      ok: z.boolean(),
      issues: z.array(issue),
      evidence: z.object({
        url: z.string(),
        startedAt: at,
        durationMs: z.number(),
        attempts: z.array(z.object({ address: z.string(), error: z.string().optional() })),
        tlsVersion: z.string().optional(),
        cipher: z.string().optional(),
        certificate: z
          .object({
            subject: z.string(),
            issuer: z.string(),
            dnsNames: z.array(z.string()),
            notBefore: at,
            notAfter: at,
            fingerprint: z.string(),
            chain: z.array(z.string()),
          })
          .optional(),
        httpStatus: z.int().optional(),
        contentType: z.string().optional(),
        bodyBytes: z.int().optional(),
        bodyText: z.string().optional(),
      }),
    })
    .optional(),
  cached: z
    .object({
      policyDomain: z.string(),
      policyId: z.string(),
      document,
      expiresAt: at,
      lastUsedAt: at,
      nextCheckAt: at,
    })
    .optional(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('applicable'), policyDomain: z.string(), policyId: z.string(), document }),
    z.object({ kind: z.enum(['none', 'pending', 'unavailable', 'unknown']), reason: z.string() }),
  ]),
})

const dane = z.object({
  state: z.object({
    kind: z.enum(['complete', 'partial', 'none', 'unknown', 'off']),
    reason: z.string(),
    hosts: z
      .array(
        z.object({
          mxHost: z.string(),
          protection: z.enum(['authenticated', 'encrypted', 'none', 'unreachable', 'unknown']),
          reason: z.string(),
        }),
      )
      .optional(),
  }),
  observation: z
    .object({
      route: z.enum(['mx', 'implicit-mx', 'no-mx-lookup', 'null-mx', 'no-name', 'failure']),
      nextHopDomain: z.string(),
      port: z.int(),
      reason: z.string().optional(),
      mxDnssec: z.enum(['secure', 'insecure']).optional(),
      hosts: z
        .array(
          z.object({
            mxHost: z.string(),
            preference: z.int(),
            addresses: z.object({
              kind: z.enum(['found', 'none', 'failure']),
              dnssec: z.enum(['secure', 'insecure']).optional(),
              canonicalName: z.string().optional(),
              reason: z.string().optional(),
            }),
            tlsa: z.object({
              kind: z.enum(['not-asked', 'none', 'secure', 'failure']),
              tlsaBaseDomain: z.string().optional(),
              records: z.array(tlsaRecord).optional(),
              reason: z.string().optional(),
            }),
          }),
        )
        .optional(),
    })
    .optional(),
  tlsa: z.array(
    z.object({
      mxHost: z.string(),
      tlsaBaseDomain: z.string(),
      record: z.string().describe('Presentation form.'),
      usable: z.boolean(),
      reason: z.string().optional(),
    }),
  ),
})

/** A lookup by hand with everything seen on the way; see docs/reference/lookup-json.md. */
export const lookUpSchema = z.object({
  nextHop: z.string(),
  lookedUpAt: at,
  resolvers: z.array(
    z.object({
      state: z.enum(['validates', 'does-not-validate', 'untrusted', 'unreachable']),
      resolver: z.string(),
      detail: z.string(),
    }),
  ),
  answers: z.array(dnsAnswer).describe('Every DNS answer in the order it came.'),
  mtaSts,
  dane,
  override: z.string().optional(),
  decision: z.object({
    action: z.enum([
      'require-dane',
      'prefer-dane',
      'no-promise',
      'defer',
      'require-mta-sts',
      'require-level',
    ]),
    rule: z.enum(decisionRules),
    reason: z.string(),
    policyDomain: z.string().optional(),
    policyId: z.string().optional(),
    document: document.optional(),
    level: z.string().optional(),
  }),
  replies: z
    .object({ postfix34: replySchema, postfix310: replySchema })
    .describe('What Postfix is told, by map name.'),
  events: z.array(
    z.object({
      at,
      policyDomain: z.string(),
      kind: z.enum(outboundEventKinds),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  daemon: z
    .object({ kind: z.literal('answered'), address: z.string(), reply: replySchema })
    .describe('What the daemon tells Postfix now, from what it has cached.'),
  steps: z
    .array(
      z.object({
        step: z.enum(['override', 'dane', 'announced', 'policy', 'mode']),
        question: z.string(),
        answer: z.string(),
        reason: z.string(),
        outcome: z.enum(['went-on', 'decided', 'not-needed']),
        rests: z.array(z.object({ what: z.string(), answer: z.string(), reason: z.string() })),
      }),
    )
    .describe('The questions asked in turn, as a decision tree is drawn.'),
})
