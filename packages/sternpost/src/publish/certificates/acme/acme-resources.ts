import * as z from 'zod'
import { CertificateFault } from '../certificate-issues.ts'

/** Longer texts of an authority are of no use to anybody. */
const text = z.string().max(4096)
const url = z.string().max(2048)

/** Source: RFC 8555 §7.1.1, RFC 9773 §3, draft-ietf-acme-profiles. */
export const directorySchema = z.looseObject({
  newNonce: url,
  newAccount: url,
  newOrder: url,
  renewalInfo: url.optional(),
  meta: z
    .looseObject({
      termsOfService: text.optional(),
      caaIdentities: z.array(text).max(100).optional(),
      externalAccountRequired: z.boolean().optional(),
      profiles: z.record(z.string(), text).optional(),
    })
    .optional(),
})

/** Source: RFC 7807, RFC 8555 §6.7. */
export const problemSchema = z.looseObject({
  type: text.optional(),
  detail: text.optional(),
  subproblems: z
    .array(z.looseObject({ type: text.optional(), detail: text.optional() }))
    .max(100)
    .optional(),
})

/** Source: RFC 8555 §7.1.3. */
export const orderSchema = z.looseObject({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  authorizations: z.array(url).max(100),
  finalize: url,
  certificate: url.optional(),
  error: problemSchema.optional(),
})

const challengeSchema = z.looseObject({
  type: text,
  url,
  status: text.optional(),
  token: z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  error: problemSchema.optional(),
})

/** Source: RFC 8555 §7.1.4. */
export const authorizationSchema = z.looseObject({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  identifier: z.looseObject({ type: text, value: text }),
  challenges: z.array(challengeSchema).max(50),
})

/** Source: RFC 9773 §4.2. */
export const renewalInfoSchema = z.looseObject({
  suggestedWindow: z.looseObject({ start: text, end: text }),
  explanationURL: url.optional(),
})

export type AcmeDirectory = z.output<typeof directorySchema>
export type AcmeOrder = z.output<typeof orderSchema>
export type AcmeAuthorization = z.output<typeof authorizationSchema>
export type AcmeChallenge = z.output<typeof challengeSchema>
export type AcmeProblemDocument = z.output<typeof problemSchema>

/**
 * Reads what an authority sent.
 *
 * Errors: `CertificateFault` with `acme-malformed`, naming what is wrong with it.
 */
export function readResource<T>(schema: z.ZodType<T>, body: string, from: string): T {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new CertificateFault('certificate/acme-malformed', `${from} did not answer with JSON`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new CertificateFault(
    'certificate/acme-malformed',
    `${from} answered with something else than RFC 8555 says${place === '' ? '' : ` at ${place}`}`,
  )
}
