import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCRATCH } from '../ground/namespace.ts'
import { type RootProcess, runInRoot, startInRoot, waitFor } from './root-process.ts'

export interface DovecotOptions {
  /** The Debian root whose Dovecot this is. */
  readonly root: string
  /** Where it serves IMAP: 993 with TLS, 143 without. */
  readonly address: string
  readonly certificate: { readonly chainPem: string; readonly keyPem: string }
  readonly user: string
  readonly password: string
  /** Also takes connections by SMTP there, with STARTTLS, under this name; whoever sends must sign in. */
  readonly submission?: { readonly name: string; readonly port: number }
}

/** A real Dovecot with one mailbox, in a folder of its own. */
export interface Dovecot {
  /** Files of the mailbox, in `new`, `cur` of the inbox or of a folder such as `.TLS reports`. */
  readonly maildir: string
  start(): Promise<void>
  /** Ends it; the mailbox stays. */
  stop(): Promise<void>
  /** Puts a mail into the inbox as a delivery agent does. */
  deliver(name: string, mail: string | Buffer): Promise<void>
  log(): string
}

const BASE = `${SCRATCH}/dovecot`

/** Prepares Dovecot; `start` starts it. */
export async function createDovecot(options: DovecotOptions): Promise<Dovecot> {
  const { root, certificate, user, password } = options
  const onHost = (path: string) => join(root, BASE, path)
  for (const folder of ['run', 'state', 'mail/tmp', 'mail/new', 'mail/cur'])
    mkdirSync(onHost(folder), { recursive: true })
  writeFileSync(onHost('dovecot.conf'), dovecotConfig(options))
  writeFileSync(onHost('cert.pem'), certificate.chainPem)
  writeFileSync(onHost('key.pem'), certificate.keyPem, { mode: 0o600 })
  writeFileSync(onHost('users'), `${user}:{PLAIN}${password}::::::\n`)
  await runInRoot(root, 'chown', ['-R', 'mail:mail', `${BASE}/mail`])
  const log = () => (existsSync(onHost('log')) ? readFileSync(onHost('log'), 'utf8') : '')
  let running: RootProcess | undefined

  return {
    maildir: onHost('mail'),
    log,
    async start() {
      appendFileSync(onHost('log'), '')
      const started = startInRoot(root, 'dovecot', ['-F', '-c', `${BASE}/dovecot.conf`])
      running = started
      await waitFor(
        () =>
          runInRoot(root, 'doveadm', ['-c', `${BASE}/dovecot.conf`, 'process', 'status']).catch(
            () => undefined,
          ),
        () => `Dovecot does not start:\n${started.output()}\n${log()}`,
      )
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
    async deliver(name, mail) {
      writeFileSync(onHost(`mail/tmp/${name}`), mail)
      await runInRoot(root, 'chown', ['mail:mail', `${BASE}/mail/tmp/${name}`])
      await runInRoot(root, 'mv', [`${BASE}/mail/tmp/${name}`, `${BASE}/mail/new/${name}`])
    },
  }
}

function dovecotConfig({ address, submission }: DovecotOptions): string {
  return `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = ${BASE}/run
state_dir = ${BASE}/state
log_path = ${BASE}/log
protocols = imap${submission === undefined ? '' : ' submission'}
listen = ${address}
auth_mechanisms = plain
auth_allow_cleartext = no
auth_failure_delay = 0
ssl = yes
ssl_server_cert_file = ${BASE}/cert.pem
ssl_server_key_file = ${BASE}/key.pem
mail_driver = maildir
mail_path = ${BASE}/mail
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mailbox_list_layout = maildir++
passdb passwd-file {
  passwd_file_path = ${BASE}/users
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = ${BASE}/mail
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 143
  }
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
service anvil {
  chroot =
}
${submission === undefined ? '' : submissionConfig(submission)}`
}

function submissionConfig({ name, port }: NonNullable<DovecotOptions['submission']>): string {
  return `hostname = ${name}
submission_relay_host = 127.0.0.2
service submission-login {
  chroot =
  inet_listener submission {
    port = ${port}
  }
  inet_listener submissions {
    port = 0
  }
}
`
}
