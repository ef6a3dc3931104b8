import type { Clock } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { Store } from '../../store/index.ts'
import { readSecret } from '../dns/read-secret.ts'
import { type AcmeAccount, createAccountKey, readAccountKey, registerAccount } from './acme/acme-account.ts'
import { AcmeConnection } from './acme/acme-connection.ts'
import { type AcmeHttp, createAcmeHttp } from './acme/acme-http.ts'
import { AcmeBudget } from './acme-budget.ts'
import { CertificateFault } from './certificate-issues.ts'

/** One certificate authority, as the configuration names it. */
export interface AuthoritySettings {
  /** For people, and as a metric label. */
  readonly name: string
  readonly directoryUrl: string
  /** PEM file of whom to trust in place of the system's authorities. */
  readonly caFile?: string | undefined
  readonly profile?: string | undefined
  readonly externalAccountKeyId?: string | undefined
  /** File that holds the MAC key, base64url. */
  readonly externalAccountKeyFile?: string | undefined
  readonly ordersPerHour: number
  /** The domains by which CAA records name it, where its directory does not say. */
  readonly caaIdentities: readonly string[]
}

export interface AuthorityOptions {
  readonly settings: AuthoritySettings
  readonly email: string | undefined
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
}

/** A certificate authority, our account there and what it may be asked for. */
export class Authority {
  readonly settings: AuthoritySettings
  readonly connection: AcmeConnection
  readonly budget: AcmeBudget
  readonly #options: AuthorityOptions
  readonly #http: AcmeHttp
  #account: Promise<AcmeAccount> | undefined

  constructor(options: AuthorityOptions) {
    const { settings, store, clock } = options
    const { name, directoryUrl, caFile, ordersPerHour } = settings
    this.#options = options
    this.settings = settings
    this.#http = createAcmeHttp(caFile)
    this.connection = new AcmeConnection(directoryUrl, this.#http, clock.now)
    this.budget = new AcmeBudget({ store, clock, directoryUrl, name, ordersPerHour })
  }

  /**
   * Our account, made when there is none.
   *
   * Errors: `CertificateFault`.
   */
  account(): Promise<AcmeAccount> {
    this.#account ??= this.#findAccount().catch((error: unknown) => {
      this.#account = undefined
      throw error
    })
    return this.#account
  }

  /** Makes an account anew that the authority does not know any more, unless that was done already. */
  async renewAccount({ accountUrl, key }: AcmeAccount): Promise<void> {
    if ((await this.account()).accountUrl !== accountUrl) return
    this.#options.log.warn(
      { authority: this.settings.name },
      'the certificate authority does not know our account any more; a new one is made with the same key',
    )
    this.#account = this.#register(key).catch((error: unknown) => {
      this.#account = undefined
      throw error
    })
    await this.#account
  }

  close(): void {
    this.#http.close()
  }

  async #findAccount(): Promise<AcmeAccount> {
    const { store, log, settings } = this.#options
    const row = await store.read(async db => ({
      found: await db
        .selectFrom('acme_accounts')
        .selectAll()
        .where('directory_url', '=', settings.directoryUrl)
        .executeTakeFirst(),
    }))
    if (row === undefined)
      throw new CertificateFault('certificate/not-kept', 'our account cannot be read from the database')
    const key = row.found === undefined ? undefined : readAccountKey(row.found.key_pem)
    if (row.found !== undefined && key !== undefined) return { accountUrl: row.found.account_url, key }
    if (row.found !== undefined)
      log.warn(
        { authority: settings.name, account: row.found.account_url },
        'the key of our account cannot be read; a new account is made, and the old one should be deactivated',
      )
    return await this.#register(createAccountKey())
  }

  async #register(key: AcmeAccount['key']): Promise<AcmeAccount> {
    const { store, clock, log, settings, email } = this.#options
    const account = await registerAccount(this.connection, key, { email, external: readExternal(settings) })
    const columns = {
      account_url: account.accountUrl,
      key_pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      created_at: clock.now(),
    }
    const saved = await store.write(db =>
      db
        .insertInto('acme_accounts')
        .values({ directory_url: settings.directoryUrl, ...columns })
        .onConflict(conflict => conflict.column('directory_url').doUpdateSet(columns))
        .execute(),
    )
    if (!saved)
      throw new CertificateFault('certificate/not-kept', 'our new account cannot be kept in the database')
    log.info(
      { authority: settings.name, account: account.accountUrl },
      'an account was made at a certificate authority',
    )
    return account
  }
}

function readExternal({ externalAccountKeyId: keyId, externalAccountKeyFile: file }: AuthoritySettings) {
  if (keyId === undefined || file === undefined) return undefined
  let text: string
  try {
    text = readSecret({ file }, {}).trim()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CertificateFault('certificate/acme-account', `externalAccountKeyFile: ${why}`, { cause })
  }
  const hmacKey = Buffer.from(text, 'base64url')
  if (!/^[A-Za-z0-9_+/-]+=*$/.test(text) || hmacKey.length < 16)
    throw new CertificateFault('certificate/acme-account', `${file} holds no MAC key in base64url`)
  return { keyId, hmacKey }
}
