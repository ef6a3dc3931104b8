import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import * as z from 'zod'
import { CertificateFault } from '../certificate-issues.ts'
import type { AcmeConnection } from './acme-connection.ts'
import { bindExternalAccount } from './jws.ts'

/** Our account at an authority, as it is kept. */
export interface AcmeAccount {
  readonly accountUrl: string
  readonly key: KeyObject
}

export interface NewAccount {
  /** Where the authority may write to, or nowhere. */
  readonly email: string | undefined
  readonly external: { readonly keyId: string; readonly hmacKey: Uint8Array } | undefined
}

/** What comes back tells nothing that is needed; where it is, stands in the header. */
const accountSchema = z.looseObject({ status: z.string().max(100).optional() })

/**
 * Makes our account at an authority, or finds the one that this key has already.
 *
 * Errors: `CertificateFault`; where the authority demands what the configuration lacks, the message names the setting.
 * Source: RFC 8555 §7.3.
 */
export async function registerAccount(
  connection: AcmeConnection,
  key: KeyObject,
  { email, external }: NewAccount,
): Promise<AcmeAccount> {
  const { newAccount, meta } = await connection.directory()
  if (meta?.externalAccountRequired === true && external === undefined)
    throw new CertificateFault(
      'certificate/acme-account',
      `${connection.directoryUrl} gives certificates only to accounts it knows: set externalAccountKeyId and externalAccountKeyFile of it`,
    )
  const payload = {
    termsOfServiceAgreed: true,
    ...(email === undefined ? {} : { contact: [`mailto:${email}`] }),
    ...(external === undefined
      ? {}
      : { externalAccountBinding: bindExternalAccount(key, newAccount, external) }),
  }
  const { location } = await connection.post(newAccount, { key }, accountSchema, payload)
  if (location === undefined)
    throw new CertificateFault('certificate/acme-malformed', `${newAccount} names no account URL`)
  return { accountUrl: location, key }
}

/** Makes a key for an account: ECDSA P-256, which every authority takes. */
export function createAccountKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** Reads an account key; undefined where the text is none. */
export function readAccountKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ec' ? key : undefined
  } catch {
    return undefined
  }
}
