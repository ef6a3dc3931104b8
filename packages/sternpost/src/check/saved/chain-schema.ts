import { chainFaults, type ObservedChain } from '@sternpost/network'
import * as z from 'zod'
import { count, list, text, time } from './limits.ts'

const certificate = z.object({
  der: text(),
  fingerprint: text(),
  spkiFingerprint: text(),
  subject: text(),
  issuer: text(),
  serialNumber: text(),
  dnsNames: list(text()),
  dnsNamesTotal: count(),
  notBefore: time().nullable(),
  notAfter: time().nullable(),
  key: z.object({ type: text(), bits: count().nullable(), curve: z.exactOptional(text()) }),
  signatureAlgorithm: text(),
  extendedKeyUsage: list(text()).nullable(),
  isCa: z.boolean(),
  selfSigned: z.boolean(),
  issuerUrls: list(text()),
})

/** A certificate chain as it was presented. */
export const chainSchema = z
  .object({
    certificates: list(certificate),
    certificatesTotal: count(),
    valid: z.boolean(),
    trusted: z.boolean(),
    verifyError: z.exactOptional(text()),
    referenceName: text(),
    nameMatches: z.boolean(),
    faults: list(z.enum(chainFaults)),
  })
  .meta({ id: 'CertificateChain' }) satisfies z.ZodType<ObservedChain>
