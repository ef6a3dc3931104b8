import {
  type NetworkIssueCode,
  networkIssues,
  type SmtpObservation,
  smtpSteps,
  tlsVersions,
} from '@sternpost/network'
import * as z from 'zod'
import { chainSchema } from './chain-schema.ts'
import { count, list, milliseconds, text, time } from './limits.ts'

const networkCode = z.enum(Object.keys(networkIssues) as NetworkIssueCode[])

const reply = z.object({
  code: z.int(),
  enhancedCode: z.exactOptional(text()),
  lines: list(text()),
  afterMs: milliseconds(),
})

const fault = z.object({
  step: z.enum(smtpSteps),
  code: networkCode,
  message: text(),
  seen: z.exactOptional(text()),
  systemError: z.exactOptional(text()),
})

const tls = z.object({
  version: z.enum(tlsVersions),
  cipher: text(),
  ephemeralKey: z.object({ type: text(), name: text().nullable(), bits: count().nullable() }).nullable(),
  handshakeMs: milliseconds(),
  serverName: text().nullable(),
  chain: chainSchema,
})

const failed = z.object({ kind: z.literal('failed'), fault })
const refused = z.object({ kind: z.literal('refused'), message: text() })
const notTried = z.object({
  kind: z.literal('not-tried'),
  reason: z.enum(['not-wanted', 'no-time', 'no-starttls', 'not-testable']),
})
const handshakeTrial = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), tls }),
  refused,
  failed,
  notTried,
])
const versionTrial = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offered'), cipher: text() }),
  refused,
  failed,
  notTried,
])

/** What was seen of one MX host at one address. */
export const smtpSchema = z
  .object({
    mxHost: text(),
    address: text(),
    port: z.int(),
    heloName: text(),
    startedAt: time(),
    durationMs: milliseconds(),
    connectMs: z.exactOptional(milliseconds()),
    greeting: z.exactOptional(reply),
    ehlo: z.exactOptional(reply),
    capabilities: z.exactOptional(list(text())),
    startTlsOffered: z.exactOptional(z.boolean()),
    startTls: z.exactOptional(reply),
    surplusBytes: z.exactOptional(count()),
    tls: z.exactOptional(tls),
    ehloAfterTls: z.exactOptional(reply),
    capabilitiesAfterTls: z.exactOptional(list(text())),
    fault: z.exactOptional(fault),
    trials: z.object({
      withoutServerName: handshakeTrial,
      otherServerName: handshakeTrial,
      tlsVersions: z.object({
        TLSv1: versionTrial,
        'TLSv1.1': versionTrial,
        'TLSv1.2': versionTrial,
        'TLSv1.3': versionTrial,
      }),
      injection: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('discarded') }),
        z.object({ kind: z.literal('answered'), reply }),
        refused,
        failed,
        notTried,
      ]),
      seenFor: z.exactOptional(z.object({ mxHost: text(), at: time() })),
      recipient: z.exactOptional(
        z.object({
          recipient: text(),
          overTls: z.boolean(),
          mail: z.exactOptional(reply),
          rcpt: z.exactOptional(reply),
          verdict: z.enum(['accepted', 'temporary', 'refused', 'unknown']),
        }),
      ),
    }),
    connections: count(),
  })
  .meta({ id: 'SmtpObservation' }) satisfies z.ZodType<SmtpObservation>
