import type {
  AuthoritativeAnswers,
  AuthoritativeFailureCode,
  DnsAnswer,
  DnsRecordType,
  NetworkIssueCode,
} from '@sternpost/network'
import { networkIssues } from '@sternpost/network'
import * as z from 'zod'
import type { SeenAnswer, SeenRecordData } from '../observation.ts'
import { count, list, milliseconds, text, time } from './limits.ts'

const networkCode = z.enum(Object.keys(networkIssues) as NetworkIssueCode[])

/** A TLSA record, its data in hexadecimal. */
export const tlsaSchema = z.object({
  usage: z.union([text(), z.int()]),
  selector: z.union([text(), z.int()]),
  matchingType: z.union([text(), z.int()]),
  data: z
    .string()
    .regex(/^([0-9a-f]{2})*$/)
    .max(131_070),
})

const recordData = {
  A: text(),
  AAAA: text(),
  CNAME: text(),
  NS: text(),
  PTR: text(),
  MX: z.object({ preference: count(), exchange: text() }),
  TXT: text(),
  TLSA: tlsaSchema,
  SOA: z.object({ primary: text(), serial: count(), minimumSeconds: count() }),
  CAA: z.object({ critical: z.boolean(), tag: text(), value: text() }),
} satisfies { readonly [T in DnsRecordType]: z.ZodType<SeenRecordData[T]> }

const answered = {
  dnssec: z.enum(['secure', 'insecure']),
  canonicalName: text(),
  aliases: list(text()),
  ttlSeconds: count(),
  resolver: text(),
}
const failed = {
  kind: z.literal('failure'),
  dnssec: z.enum(['bogus', 'indeterminate']),
  message: text(),
}

/** A DNS answer as the DNS client gives it, of a type without bytes in it. */
function dnsAnswer<T extends 'A' | 'AAAA' | 'NS', Data extends z.ZodType>(type: T, data: Data) {
  const question = { question: z.object({ name: text(), type: z.literal(type) }), receivedAt: time() }
  return z.discriminatedUnion('kind', [
    z.object({ ...question, ...answered, kind: z.literal('records'), records: list(data) }),
    z.object({ ...question, ...answered, kind: z.literal('no-data') }),
    z.object({ ...question, ...answered, kind: z.literal('no-name') }),
    z.object({ ...question, ...failed, code: networkCode }),
  ])
}

export const answerSchemas = {
  A: dnsAnswer('A', recordData.A),
  AAAA: dnsAnswer('AAAA', recordData.AAAA),
  NS: dnsAnswer('NS', recordData.NS),
} satisfies {
  readonly [T in 'A' | 'AAAA' | 'NS']: z.ZodType<DnsAnswer<T>>
}

function seenAnswer<T extends DnsRecordType, Data extends z.ZodType>(type: T, data: Data) {
  const seen = { name: text(), type: z.literal(type), at: time() }
  return z.discriminatedUnion('kind', [
    z.object({ ...seen, ...answered, kind: z.literal('records'), records: list(data) }),
    z.object({ ...seen, ...answered, kind: z.literal('no-data') }),
    z.object({ ...seen, ...answered, kind: z.literal('no-name') }),
    z.object({ ...seen, ...failed, code: text() }),
  ])
}

/** A DNS answer as an observation keeps it. */
export const seenAnswerSchema = z
  .discriminatedUnion('type', [
    seenAnswer('A', recordData.A),
    seenAnswer('AAAA', recordData.AAAA),
    seenAnswer('CNAME', recordData.CNAME),
    seenAnswer('NS', recordData.NS),
    seenAnswer('PTR', recordData.PTR),
    seenAnswer('MX', recordData.MX),
    seenAnswer('TXT', recordData.TXT),
    seenAnswer('TLSA', recordData.TLSA),
    seenAnswer('SOA', recordData.SOA),
    seenAnswer('CAA', recordData.CAA),
  ])
  .meta({ id: 'DnsAnswer' }) satisfies z.ZodType<SeenAnswer>

const failureCodes = [
  'dns/timeout',
  'dns/unreachable',
  'dns/servfail',
  'dns/bogus',
  'dns/refused',
  'dns/malformed',
  'dns/alias-loop',
  'dns/address-refused',
] as const satisfies readonly AuthoritativeFailureCode[]

function authoritativeAnswers<T extends 'MX' | 'TXT', Data extends z.ZodType>(type: T, data: Data) {
  return z.object({
    question: z.object({ name: text(), type: z.literal(type) }),
    zone: text().nullable(),
    nameServers: answerSchemas.NS,
    withoutAddress: list(z.object({ nameServer: text(), message: text() })),
    servers: list(
      z.object({
        nameServer: text(),
        address: text(),
        outcome: z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('records'),
            records: list(data),
            ttlSeconds: count(),
            aliases: list(text()),
          }),
          z.object({ kind: z.literal('alias'), target: text(), ttlSeconds: count() }),
          z.object({ kind: z.enum(['no-data', 'no-name']) }),
          z.object({ kind: z.literal('lame'), message: text() }),
          z.object({ kind: z.literal('failure'), code: z.enum(failureCodes), message: text() }),
        ]),
        serial: count().nullable(),
        durationMs: milliseconds(),
        receivedAt: time(),
      }),
    ),
    notAsked: count(),
  })
}

const mxAnswers = authoritativeAnswers('MX', recordData.MX) satisfies z.ZodType<AuthoritativeAnswers<'MX'>>
const txtAnswers = authoritativeAnswers('TXT', recordData.TXT) satisfies z.ZodType<
  AuthoritativeAnswers<'TXT'>
>

/** What every name server of a zone said to one question. */
export const authoritativeSchema = z.union([mxAnswers, txtAnswers]).meta({ id: 'NameServerAnswers' })
